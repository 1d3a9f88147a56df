using Coda.Data.Archives;
using Coda.Data.Time;

namespace Coda.Service.Batching;

/// <summary>The analyses of consecutive steps of one record; an item is a step.</summary>
/// <param name="observations">The record.</param>
/// <param name="steps">The steps to analyze, within the record.</param>
/// <param name="readsStretches">Whether they are read as stretches, or each through a window.</param>
/// <param name="stateSize">The length of a state.</param>
/// <param name="hasSpread">Whether the model gives a spread.</param>
/// <param name="cancellation">Cancelled when nobody waits any more.</param>
internal sealed class PendingAnalysis(
    ObservationStretch observations, StepRange steps, bool readsStretches, int stateSize, bool hasSpread, CancellationToken cancellation)
    : PendingWork(checked((int)steps.Count), cancellation)
{
    private readonly float[] _states = new float[checked((int)steps.Count * stateSize)];
    private readonly float[]? _spread = hasSpread ? new float[checked((int)steps.Count * stateSize)] : null;

    /// <summary>The record.</summary>
    public ObservationStretch Observations => observations;

    /// <summary>Whether consecutive steps are read as stretches.</summary>
    public bool ReadsStretches => readsStretches;

    /// <summary>The analyses, once the job is done.</summary>
    public StateBlock Analyses => new(observations.Trajectory, steps.Start, stateSize, _states, _spread is null ? default(ReadOnlyMemory<float>?) : _spread);

    /// <summary>The step of an item.</summary>
    /// <param name="item">The item.</param>
    public long Step(int item) => steps.Start + item;

    /// <summary>Takes the analyses of items.</summary>
    /// <param name="first">The first item.</param>
    /// <param name="states">Their states. [item, space]</param>
    /// <param name="spread">Their spread, or nothing. [item, space]</param>
    public void Put(int first, ReadOnlySpan<float> states, ReadOnlySpan<float> spread)
    {
        states.CopyTo(_states.AsSpan(first * stateSize));
        if (_spread is not null)
        {
            spread.CopyTo(_spread.AsSpan(first * stateSize));
        }

        Finish(states.Length / stateSize);
    }
}
