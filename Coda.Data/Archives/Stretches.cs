using Coda.Data.Foundation;
using Coda.Data.Time;

namespace Coda.Data.Archives;

/// <summary>Cuts a record into consecutive stretches, and copies between them.</summary>
internal static class Stretches
{
    // Values and mask, in single precision.
    private const int BytesPerEntry = 8;

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

    /// <summary>A stretch without observations.</summary>
    /// <param name="trajectory">The trajectory's number.</param>
    /// <param name="steps">The steps it spans.</param>
    /// <param name="siteCount">The number of sites.</param>
    /// <param name="hasSigma">Whether it has room for sigma.</param>
    public static ObservationStretch Blank(int trajectory, StepRange steps, int siteCount, bool hasSigma) =>
        new(trajectory, steps, siteCount) { Sigma = hasSigma ? new float[Length(steps, siteCount)] : null };

    /// <summary>The entries of a stretch.</summary>
    /// <param name="steps">The steps it spans.</param>
    /// <param name="siteCount">The number of sites.</param>
    /// <exception cref="ArgumentException">More than an array holds, or than there is memory for.</exception>
    public static int Length(StepRange steps, int siteCount) => ArrayLength.Of("Observations on a dense grid", steps.Count, siteCount, BytesPerEntry);

    /// <summary>Copies the steps that two stretches share.</summary>
    /// <param name="from">The stretch to read.</param>
    /// <param name="to">The stretch to overwrite.</param>
    public static void CopyShared(ObservationStretch from, ObservationStretch to)
    {
        var shared = from.Steps.Intersect(to.Steps);
        if (shared.Count > 0)
        {
            var source = checked((int)(shared.Start - from.Steps.Start) * from.SiteCount);
            var target = checked((int)(shared.Start - to.Steps.Start) * from.SiteCount);
            var length = (int)shared.Count * from.SiteCount;
            Array.Copy(from.Values, source, to.Values, target, length);
            Array.Copy(from.Mask, source, to.Mask, target, length);
            if (from.Sigma is not null && to.Sigma is not null)
            {
                Array.Copy(from.Sigma, source, to.Sigma, target, length);
            }
        }
    }
}
