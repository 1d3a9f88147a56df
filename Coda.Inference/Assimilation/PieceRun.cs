using Coda.Data.Archives;
using Coda.Inference.Sessions;

namespace Coda.Inference.Assimilation;

/// <summary>One worker's runs of a network: a piece in one run of a fixed shape, or in several where the device has no memory for it.</summary>
/// <remarks>Not thread-safe; one for each worker.</remarks>
/// <param name="length">The rows of a run, shared by all workers.</param>
/// <param name="bind">Makes buffers for a number of rows.</param>
/// <param name="fill">Writes the input of one run: the run, the piece, the first of its steps, the number of rows.</param>
internal sealed class PieceRun(RunLength length, Func<int, OnnxRun> bind, Action<OnnxRun, Piece, int, int> fill) : IDisposable
{
    private OnnxRun? _run;
    private int _rows;

    /// <summary>Analyzes a piece.</summary>
    /// <param name="piece">The piece.</param>
    /// <param name="stateSize">The length of one state.</param>
    /// <param name="hasSpread">Whether the second output is the spread.</param>
    /// <exception cref="DeviceMemoryException">The device has no memory for a single row, or nobody would be told of a smaller run.</exception>
    public StateBlock Analyze(Piece piece, int stateSize, bool hasSpread)
    {
        while (true)
        {
            var rows = length.Rows;
            try
            {
                return Analyze(piece, stateSize, hasSpread, rows);
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

    private StateBlock Analyze(Piece piece, int stateSize, bool hasSpread, int rows)
    {
        if (_run is null || _rows != rows)
        {
            Dispose();
            (_run, _rows) = (bind(rows), rows);
        }

        var count = (int)piece.Steps.Count;
        var (states, spread) = (new float[count * stateSize], hasSpread ? new float[count * stateSize] : null);
        for (var first = 0; first < count; first += rows)
        {
            fill(_run, piece, first, rows);
            _run.Run();
            Keep(_run.Output(0), states.AsSpan(first * stateSize));
            if (spread is not null)
            {
                Keep(_run.Output(1), spread.AsSpan(first * stateSize));
            }
        }

        return piece.Block(states, stateSize, spread);
    }

    private static void Keep(ReadOnlySpan<float> output, Span<float> target) => output[..Math.Min(output.Length, target.Length)].CopyTo(target);
}
