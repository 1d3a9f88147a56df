using Coda.Data.Time;

namespace Coda.Classical.Variational.Windows;

/// <summary>How a record is covered by windows: some steps are taken from each, and more are observed around them.</summary>
/// <param name="HalfWidth">The steps of a window on each side of those that are taken.</param>
/// <param name="Stride">The steps that are taken from a window.</param>
/// <param name="IsNowcast">Whether a window ends with the first step that is taken from it, from which the others are forecasts.</param>
internal sealed record WindowShape(int HalfWidth, int Stride, bool IsNowcast)
{
    /// <summary>The steps that are taken from each window.</summary>
    /// <param name="record">The record's steps.</param>
    public IEnumerable<StepRange> Cores(StepRange record)
    {
        for (var start = record.Start; start < record.End; start += Stride)
        {
            yield return new StepRange(start, Math.Min(start + Stride, record.End));
        }
    }

    /// <summary>The steps of a window, within the record.</summary>
    /// <param name="core">The steps that are taken from it.</param>
    /// <param name="record">The record's steps.</param>
    public StepRange Window(StepRange core, StepRange record) => IsNowcast
        ? new StepRange(core.Start - (2L * HalfWidth), core.Start + 1).Intersect(record)
        : core.Widen(HalfWidth, HalfWidth).Intersect(record);
}
