using Coda.Data.Archives;
using Coda.Inference.Assimilation;

namespace Coda.Service.Batching;

/// <summary>The steps of one record through an analysis of streams; all of them are one item, for each needs the one before.</summary>
/// <param name="observations">The record, on the scale of the errors.</param>
/// <param name="from">Where the stream stands; <see langword="null"/> for one that begins.</param>
/// <param name="cancellation">Cancelled when nobody waits any more.</param>
internal sealed class PendingSteps(ObservationStretch observations, StreamPosition? from, CancellationToken cancellation) : PendingWork(1, cancellation)
{
    private (StateBlock Analyses, StreamPosition To)? _result;

    /// <summary>Where the stream stands once the job is done.</summary>
    public StreamPosition To => _result!.Value.To;

    /// <summary>The analyses, once the job is done.</summary>
    public StateBlock Analyses => _result!.Value.Analyses;

    /// <summary>Computes.</summary>
    /// <param name="analysis">The worker's.</param>
    public void Compute(StreamAnalysis analysis)
    {
        _result = analysis.Advance(from, observations, Cancellation);
        Finish(1);
    }
}
