using Coda.Data.Archives;
using Coda.Data.Coverage;
using Coda.Inference.Assimilation;

namespace Coda.Service.Batching;

/// <summary>The steps of one record through an analysis of streams; all of them are one item, for each needs the one before.</summary>
/// <param name="observations">The record, on the scale of the errors.</param>
/// <param name="from">Where the stream stands; <see langword="null"/> for one that begins.</param>
/// <param name="bands">What is known of the stream's bands; <see langword="null"/> where it has none, or begins.</param>
/// <param name="cancellation">Cancelled when nobody waits any more.</param>
internal sealed class PendingSteps(ObservationStretch observations, StreamPosition? from, AdaptiveState? bands, CancellationToken cancellation)
    : PendingWork(1, cancellation)
{
    private AdvancedSteps? _result;

    /// <summary>What came of it, once the job is done.</summary>
    public AdvancedSteps Result => _result!;

    /// <summary>Computes.</summary>
    /// <param name="analysis">The worker's.</param>
    /// <param name="banded">Holds the observations to bands; <see langword="null"/> where there are none.</param>
    public void Compute(StreamAnalysis analysis, BandedStream? banded)
    {
        if (banded is null)
        {
            var (analyses, to) = analysis.Advance(from, observations, Cancellation);
            _result = new(analyses, to, null, []);
        }
        else
        {
            var step = banded.Advance(analysis, from, bands, observations, Cancellation);
            _result = new(step.Analyses, step.To, step.Coverage, step.Changes) { Inside = step.Inside, Outside = step.Outside };
        }

        Finish(1);
    }
}
