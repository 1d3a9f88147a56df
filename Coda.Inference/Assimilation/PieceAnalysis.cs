using Coda.Data.Archives;
using Coda.Inference.Sessions;

namespace Coda.Inference.Assimilation;

/// <summary>One worker's runs of a network: a piece in one run of a fixed shape, or in several where the device has no memory for it.</summary>
/// <remarks>Not thread-safe; one for each worker.</remarks>
/// <param name="length">The rows of a run, shared by all workers.</param>
/// <param name="bind">Makes buffers for a number of rows.</param>
/// <param name="load">Writes the input of one run: the run, the piece, the place of the first of its steps.</param>
internal sealed class PieceAnalysis(CallLength length, Func<int, BoundNetwork> bind, Action<BoundNetwork, Piece, int> load) : IDisposable
{
    private BoundNetwork? _run;

    /// <summary>Analyzes a piece.</summary>
    /// <param name="piece">The piece.</param>
    /// <param name="stateSize">The length of one state.</param>
    /// <exception cref="DeviceMemoryException">The device has no memory for a single row, or nobody would be told of a smaller run.</exception>
    public StateBlock Analyze(Piece piece, int stateSize)
    {
        while (true)
        {
            var rows = length.Rows;
            try
            {
                return Analyze(piece, stateSize, rows);
            }
            catch (DeviceMemoryException fault) when (length.Halve(rows, fault))
            {
                Dispose();
            }
        }
    }

    /// <summary>Frees the buffers.</summary>
    public void Dispose()
    {
        _run?.Dispose();
        _run = null;
    }

    private StateBlock Analyze(Piece piece, int stateSize, int rows)
    {
        if (_run?.Steps != rows)
        {
            Dispose();
            _run = bind(rows);
        }

        var count = (int)piece.Steps.Count;
        var (states, spread) = (new float[count * stateSize], _run.HasSpread ? new float[count * stateSize] : null);
        for (var first = 0; first < count; first += rows)
        {
            load(_run, piece, first);
            _run.Run();
            Keep(_run.States, states.AsSpan(first * stateSize));
            Keep(_run.Spread, spread.AsSpan(Math.Min(first * stateSize, spread?.Length ?? 0)));
        }

        return piece.Block(states, stateSize, spread);
    }

    private static void Keep(ReadOnlySpan<float> output, Span<float> target) => output[..Math.Min(output.Length, target.Length)].CopyTo(target);
}
