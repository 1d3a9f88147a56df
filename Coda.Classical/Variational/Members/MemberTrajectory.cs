using Coda.Classical.Variational.Stretches;
using Coda.Data.Archives;

namespace Coda.Classical.Variational.Members;

/// <summary>One member's analyses of a trajectory, by stretch.</summary>
/// <param name="Blocks">The analyses, in order.</param>
/// <param name="Reports">What became of each block's stretch.</param>
internal sealed record MemberTrajectory(IReadOnlyList<StateBlock> Blocks, IReadOnlyList<StretchReport> Reports)
{
    /// <summary>Where reading stands.</summary>
    private int _block;
    private int _row;

    /// <summary>Whether there is nothing more to read.</summary>
    public bool IsAtEnd => _block == Blocks.Count;

    /// <summary>The step that comes next.</summary>
    public long Step => Blocks[_block].FirstStep + _row;

    /// <summary>The rows that are left of its block.</summary>
    public int Left => Blocks[_block].Count - _row;

    /// <summary>What became of its stretch.</summary>
    public StretchReport Report => Reports[_block];

    /// <summary>Reads rows of the block.</summary>
    /// <param name="count">Their number, at most <see cref="Left"/>.</param>
    /// <returns>[time, space]</returns>
    public ReadOnlyMemory<float> Take(int count)
    {
        var block = Blocks[_block];
        var states = block.States.Slice(_row * block.StateSize, count * block.StateSize);
        _row += count;
        (_block, _row) = _row == block.Count ? (_block + 1, 0) : (_block, _row);
        return states;
    }
}
