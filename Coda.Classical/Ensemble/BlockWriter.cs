using System.Numerics.Tensors;
using Coda.Data.Archives;
using Coda.Data.Time;

namespace Coda.Classical.Ensemble;

/// <summary>Collects the analyses of consecutive steps into blocks.</summary>
/// <param name="trajectory">The trajectory's number.</param>
/// <param name="wanted">The steps that were asked for; others are left out.</param>
/// <param name="size">The length of one state.</param>
internal sealed class BlockWriter(int trajectory, StepRange wanted, int size)
{
    private const int MostSteps = 256;
    private const int MostEntries = 1 << 18;

    private readonly int _length = Length(size);
    private long _next = wanted.Start;
    private long _first = wanted.Start;
    private float[] _states = [];
    private float[] _spread = [];

    /// <summary>The most steps of a block, fewer of large states.</summary>
    /// <param name="size">The length of one state.</param>
    public static int Length(int size) => Math.Clamp(MostEntries / size, 1, MostSteps);

    /// <summary>Adds a step; steps come in order.</summary>
    /// <param name="step">The model step.</param>
    /// <param name="mean">The analysis. [space]</param>
    /// <param name="spread">Its spread. [space]</param>
    /// <returns>A block that is full, or nothing.</returns>
    public StateBlock? Add(long step, ReadOnlySpan<double> mean, ReadOnlySpan<double> spread)
    {
        if (!wanted.Contains(step))
        {
            return null;
        }

        if (_next == _first)
        {
            var count = (int)Math.Min(_length, wanted.End - _first);
            (_states, _spread) = (new float[count * size], new float[count * size]);
        }

        var at = (int)(_next - _first) * size;
        TensorPrimitives.ConvertTruncating<double, float>(mean, _states.AsSpan(at, size));
        TensorPrimitives.ConvertTruncating<double, float>(spread, _spread.AsSpan(at, size));
        _next++;
        if ((_next - _first) * size < _states.Length)
        {
            return null;
        }

        var block = new StateBlock(trajectory, _first, size, _states, _spread);
        _first = _next;
        return block;
    }
}
