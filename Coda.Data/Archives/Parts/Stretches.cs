using Coda.Data.Time;

namespace Coda.Data.Archives.Parts;

/// <summary>Cuts a record into consecutive stretches.</summary>
internal static class Stretches
{
    /// <summary>The stretches of a record; the last may be shorter.</summary>
    /// <param name="record">The record.</param>
    /// <param name="length">The steps of a stretch.</param>
    public static IEnumerable<StepRange> Of(StepRange record, int length)
    {
        for (var start = record.Start; start < record.End; start += length)
        {
            yield return new StepRange(start, Math.Min(start + length, record.End));
        }
    }
}
