using Coda.Data.Archives;
using Coda.Data.Time;

namespace Coda.Data.Windows;

/// <summary>What an assimilation network reads of consecutive steps: values, mask and, where it reads errors, their standard deviations. [channel, time,
/// site]</summary>
/// <remarks>
/// A window, a stretch of many and a nowcast differ in their steps and in the last one that is seen; training, inference, pipelines and the service all fill
/// their buffers here. Immutable; safe to share.
/// </remarks>
/// <param name="siteCount">The number of sites.</param>
/// <param name="readsSigma">Whether the standard deviations are a third channel.</param>
/// <param name="sigma">The standard deviation of the errors of observations that have none of their own: one for all, or one for each site.</param>
public sealed class AnalysisInput(int siteCount, bool readsSigma, params float[] sigma)
{
    /// <summary>The number of channels: 2, or 3 with the standard deviations.</summary>
    public int Channels { get; } = readsSigma ? 3 : 2;

    /// <summary>Fills a buffer; what the observations lack is unobserved.</summary>
    /// <param name="observations">Observations of some of the steps, or of all.</param>
    /// <param name="steps">The steps of the buffer.</param>
    /// <param name="end">The first step that is not seen, in <paramref name="steps"/> or at their end.</param>
    /// <param name="target">The buffer. [channel, time, site]</param>
    public void Fill(ObservationStretch observations, StepRange steps, long end, Span<float> target)
    {
        ArgumentNullException.ThrowIfNull(observations);
        target.Clear();
        var shared = observations.Steps.Intersect(new StepRange(steps.Start, end));
        if (shared.Count == 0)
        {
            return;
        }

        var size = target.Length / Channels;
        var (from, to, length) =
            ((int)(shared.Start - observations.Steps.Start) * siteCount, (int)(shared.Start - steps.Start) * siteCount, (int)shared.Count * siteCount);
        observations.Values.AsSpan(from, length).CopyTo(target[to..]);
        observations.Mask.AsSpan(from, length).CopyTo(target[(size + to)..]);
        if (readsSigma)
        {
            observations.CopyDeviations(from, sigma, target.Slice((2 * size) + to, length));
        }
    }
}
