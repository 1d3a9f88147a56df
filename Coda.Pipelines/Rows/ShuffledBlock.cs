using Coda.Data.Foundation;

namespace Coda.Pipelines.Rows;

/// <summary>The rows of several blocks in a random order.</summary>
internal sealed class ShuffledBlock : RowBlock
{
    private readonly (RowBlock Block, int Row)[] _rows;

    /// <summary>Draws the order.</summary>
    /// <param name="blocks">The blocks.</param>
    /// <param name="random">Where the order comes from.</param>
    public ShuffledBlock(IEnumerable<RowBlock> blocks, CounterRandom random)
    {
        _rows = [.. blocks.SelectMany(block => Enumerable.Range(0, block.Count).Select(row => (block, row)))];
        Shuffle(_rows, random);
    }

    /// <inheritdoc/>
    public override int Count => _rows.Length;

    /// <summary>Puts items into a random order (Fisher and Yates).</summary>
    /// <param name="items">The items.</param>
    /// <param name="random">Where the order comes from.</param>
    public static void Shuffle<T>(T[] items, CounterRandom random)
    {
        for (var last = items.Length - 1; last > 0; last--)
        {
            var other = random.NextInteger(last + 1);
            (items[last], items[other]) = (items[other], items[last]);
        }
    }

    /// <inheritdoc/>
    public override int Trajectory(int row) => _rows[row].Block.Trajectory(_rows[row].Row);

    /// <inheritdoc/>
    public override long Step(int row) => _rows[row].Block.Step(_rows[row].Row);

    /// <inheritdoc/>
    public override void Copy(int column, int row, Span<float> destination) => _rows[row].Block.Copy(column, _rows[row].Row, destination);
}
