using Coda.Data.Foundation;

namespace Coda.Data.Dynamics;

/// <summary>The members that a sequential analysis begins from, where nothing is known but the climatology.</summary>
public static class StartingMembers
{
    private const ulong Seed = 0xC0DA;
    private const long Stream = 0x5E;

    /// <summary>Draws them, always the same: the mean where there is one, else states about it of the climatology's variance, whose mean it is.</summary>
    /// <param name="mean">The climatology's mean. [space]</param>
    /// <param name="deviation">Its standard deviation. [space]</param>
    /// <param name="count">The number of members, at least 1.</param>
    /// <returns>[member, space]</returns>
    /// <exception cref="ArgumentOutOfRangeException">No member.</exception>
    public static float[] Draw(IReadOnlyList<double> mean, IReadOnlyList<double> deviation, int count)
    {
        ArgumentNullException.ThrowIfNull(mean);
        ArgumentNullException.ThrowIfNull(deviation);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var (size, members, drawn) = (mean.Count, new float[checked(count * mean.Count)], new double[count]);
        for (var i = 0; i < size; i++)
        {
            var random = new CounterRandom(Seed, Stream, i);
            for (var member = 0; member < count; member++)
            {
                drawn[member] = random.NextGaussian();
            }

            var (centre, scale) = (drawn.Average(), Math.Sqrt(count / Math.Max(1.0, count - 1)));
            for (var member = 0; member < count; member++)
            {
                members[(member * size) + i] = (float)(mean[i] + (deviation[i] * scale * (drawn[member] - centre)));
            }
        }

        return members;
    }
}
