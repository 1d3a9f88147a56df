using Coda.Data.Archives;
using Coda.Data.Time;

namespace Coda.Classical.Variational.Stretches;

/// <summary>Consecutive states of one trajectory that are read once, in order, and kept from the earliest step still needed.</summary>
/// <param name="blocks">The blocks, sorted by step.</param>
/// <param name="stateSize">The length of one state.</param>
internal sealed class StateWindow(IEnumerable<StateBlock> blocks, int stateSize) : IDisposable
{
    private readonly IEnumerator<StateBlock> _blocks = blocks.GetEnumerator();
    private readonly Queue<StateBlock> _kept = [];

    /// <summary>The states of a range that starts nowhere before the one taken last.</summary>
    /// <param name="steps">The steps.</param>
    /// <returns>[time, space]</returns>
    /// <exception cref="InvalidDataException">A step is missing.</exception>
    public double[] Take(StepRange steps)
    {
        while (_kept.TryPeek(out var first) && first.FirstStep + first.Count <= steps.Start)
        {
            _kept.Dequeue();
        }

        var end = _kept.Count == 0 ? long.MinValue : _kept.Max(b => b.FirstStep + b.Count);
        while (end < steps.End && _blocks.MoveNext())
        {
            end = _blocks.Current.FirstStep + _blocks.Current.Count;
            if (end > steps.Start)
            {
                _kept.Enqueue(_blocks.Current);
            }
        }

        var states = new double[steps.Count * stateSize];
        var filled = 0L;
        foreach (var block in _kept)
        {
            var shared = new StepRange(block.FirstStep, block.FirstStep + block.Count).Intersect(steps);
            var source = block.States.Span.Slice((int)Math.Max(0, shared.Start - block.FirstStep) * stateSize, (int)shared.Count * stateSize);
            var target = states.AsSpan((int)Math.Max(0, shared.Start - steps.Start) * stateSize);
            System.Numerics.Tensors.TensorPrimitives.ConvertTruncating(source, target);
            filled += shared.Count;
        }

        return filled == steps.Count
            ? states
            : throw new InvalidDataException($"Expected a first guess at the steps {steps}, got one at only {filled} of them.");
    }

    /// <summary>The spread at a step of the range taken last; nothing where there is none.</summary>
    /// <param name="step">The step.</param>
    /// <returns>[space]</returns>
    public ReadOnlyMemory<float>? SpreadAt(long step)
    {
        var block = _kept.First(b => step >= b.FirstStep && step < b.FirstStep + b.Count);
        return block.Spread is { Length: > 0 } spread ? spread.Slice((int)(step - block.FirstStep) * stateSize, stateSize) : default(ReadOnlyMemory<float>?);
    }

    /// <summary>Ends the reading.</summary>
    public void Dispose() => _blocks.Dispose();
}
