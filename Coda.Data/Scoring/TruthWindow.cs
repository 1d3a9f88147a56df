using Coda.Data.Archives;

namespace Coda.Data.Scoring;

/// <summary>A truth that is read once, in order, and kept from the earliest step still needed.</summary>
/// <param name="truth">The blocks, sorted by (trajectory, step).</param>
internal sealed class TruthWindow(IEnumerable<StateBlock> truth) : IDisposable
{
    private readonly IEnumerator<StateBlock> _blocks = truth.GetEnumerator();
    private readonly List<StateBlock> _kept = [];
    private bool _isAtEnd;

    /// <summary>The true state at a step, or nothing where the truth has none. [space]</summary>
    /// <param name="trajectory">The trajectory; never smaller than in the call before.</param>
    /// <param name="earliest">The earliest step of the trajectory that will be asked for from now on.</param>
    /// <param name="step">The step.</param>
    public ReadOnlySpan<float> At(int trajectory, long earliest, long step)
    {
        _kept.RemoveAll(b => b.Trajectory < trajectory || (b.Trajectory == trajectory && b.FirstStep + b.Count <= earliest));
        while (!_isAtEnd && (_kept.Count == 0 || IsBefore(_kept[^1], trajectory, step)))
        {
            _isAtEnd = !_blocks.MoveNext();
            if (!_isAtEnd && !IsBefore(_blocks.Current, trajectory, earliest))
            {
                _kept.Add(_blocks.Current);
            }
        }

        foreach (var block in _kept)
        {
            if (block.Trajectory == trajectory && step >= block.FirstStep && step < block.FirstStep + block.Count)
            {
                return block.States.Span.Slice((int)(step - block.FirstStep) * block.StateSize, block.StateSize);
            }
        }

        return default;
    }

    /// <summary>Ends the reading.</summary>
    public void Dispose() => _blocks.Dispose();

    private static bool IsBefore(StateBlock block, int trajectory, long step) =>
        block.Trajectory < trajectory || (block.Trajectory == trajectory && block.FirstStep + block.Count <= step);
}
