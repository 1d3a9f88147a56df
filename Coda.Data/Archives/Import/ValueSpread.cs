namespace Coda.Data.Archives.Import;

/// <summary>Order statistics of numbers that are passed over several times, exact and in memory that does not depend on how many there are.</summary>
/// <remarks>
/// The bits of a float, with the sign's turned round, are in the order of the numbers: 65,536 counts of the upper half find where
/// the wanted number lies, as many of the lower half which it is.
/// </remarks>
/// <param name="values">Passes over the numbers, all finite, in pieces.</param>
internal sealed class ValueSpread(Func<IEnumerable<ReadOnlyMemory<float>>> values)
{
    /// <summary>The smallest and the largest of at least one number, and how many there are.</summary>
    public (float Smallest, float Largest, long Count) Range()
    {
        var (smallest, largest, count) = (float.PositiveInfinity, float.NegativeInfinity, 0L);
        foreach (var piece in values())
        {
            foreach (var value in piece.Span)
            {
                (smallest, largest) = (Math.Min(smallest, value), Math.Max(largest, value));
            }

            count += piece.Length;
        }

        return (smallest, largest, count);
    }

    /// <summary>The median, the smaller of two, and the robust standard deviation, as <see cref="ImportedValues"/> has it.</summary>
    /// <param name="count">How many numbers there are, at least one.</param>
    public (float Median, double Deviation) Middle(long count)
    {
        var median = Middle(value => value, count);
        var deviation = 1.4826 * Middle(value => Math.Abs(value - median), count);
        return (median, deviation > 0 ? deviation : 1.2533 * MeanDistance(median, count));
    }

    private static uint Key(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return (bits & 0x80000000) != 0 ? ~bits : bits | 0x80000000;
    }

    private double MeanDistance(float median, long count)
    {
        var sum = 0.0;
        foreach (var piece in values())
        {
            foreach (var value in piece.Span)
            {
                sum += Math.Abs((double)value - median);
            }
        }

        return sum / count;
    }

    // The smaller of two in the middle.
    private float Middle(Func<float, float> of, long count)
    {
        var (upper, before) = Find(key => key >> 16, _ => true, of, (count - 1) / 2);
        var (lower, _) = Find(key => key & 0xFFFF, key => key >> 16 == upper, of, before);
        var key = (upper << 16) | lower;
        return BitConverter.UInt32BitsToSingle((key & 0x80000000) != 0 ? key & 0x7FFFFFFF : ~key);
    }

    // The half that the rank-th number has, among those counted, and its rank among those with that half.
    private (uint Half, long Rank) Find(Func<uint, uint> half, Func<uint, bool> isCounted, Func<float, float> of, long rank)
    {
        var counts = new long[1 << 16];
        foreach (var piece in values())
        {
            foreach (var value in piece.Span)
            {
                var key = Key(of(value));
                counts[half(key)] += isCounted(key) ? 1 : 0;
            }
        }

        var at = 0u;
        for (; rank >= counts[at]; at++)
        {
            rank -= counts[at];
        }

        return (at, rank);
    }
}
