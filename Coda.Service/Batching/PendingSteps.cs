using Coda.Data.Archives;
using Coda.Inference.Assimilation;

namespace Coda.Service.Batching;

/// <summary>The steps of one record through a sequential analysis; all of them are one item, for each needs the one before.</summary>
/// <param name="observations">The record, on the scale of the errors.</param>
/// <param name="from">Where the stream stands; <see langword="null"/> for one that begins.</param>
/// <param name="stateSize">The length of a state.</param>
/// <param name="cancellation">Cancelled when nobody waits any more.</param>
internal sealed class PendingSteps(ObservationStretch observations, SequentialState? from, int stateSize, CancellationToken cancellation)
    : PendingWork(1, cancellation)
{
    private readonly float[] _states = new float[checked((int)observations.Steps.Count * stateSize)];
    private readonly float[] _spread = new float[checked((int)observations.Steps.Count * stateSize)];

    /// <summary>Where the stream stands once the job is done.</summary>
    public SequentialState? To { get; private set; }

    /// <summary>The analyses, once the job is done.</summary>
    public StateBlock Analyses => new(observations.Trajectory, observations.Steps.Start, stateSize, _states, _spread);

    /// <summary>Computes.</summary>
    /// <param name="analysis">The worker's.</param>
    public void Compute(SequentialAnalysis analysis)
    {
        var (state, sites) = (from, observations.SiteCount);
        for (var row = 0; row < observations.Steps.Count; row++)
        {
            Cancellation.ThrowIfCancellationRequested();
            state = analysis.Advance(
                state, observations.Steps.Start + row, observations.Values.AsSpan(row * sites, sites), observations.Mask.AsSpan(row * sites, sites));
            state.State.CopyTo(_states.AsMemory(row * stateSize));
            state.Spread.CopyTo(_spread.AsMemory(row * stateSize));
        }

        To = state;
        Finish(1);
    }
}
