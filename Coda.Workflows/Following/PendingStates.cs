using Coda.Data.Archives;

namespace Coda.Workflows.Following;

/// <summary>Analyses of consecutive steps that wait to become a part of the archive.</summary>
/// <remarks>A list that shares its beginning with the one that it came from, so that adding costs what is added.</remarks>
internal sealed class PendingStates
{
    private readonly PendingStates? _before;
    private readonly StateBlock? _last;

    private PendingStates(PendingStates? before, StateBlock? last) => (_before, _last, Count) = (before, last, (before?.Count ?? 0) + (last?.Count ?? 0));

    /// <summary>None.</summary>
    public static PendingStates None { get; } = new(null, null);

    /// <summary>The number of steps.</summary>
    public int Count { get; }

    /// <summary>Those that were added last; there must be some.</summary>
    public StateBlock Last => _last!;

    /// <summary>The analyses by step.</summary>
    public IReadOnlyList<StateBlock> Blocks
    {
        get
        {
            var blocks = new List<StateBlock>();
            for (var at = this; at?._last is { } block; at = at._before)
            {
                blocks.Add(block);
            }

            blocks.Reverse();
            return blocks;
        }
    }

    /// <summary>These and the next steps'.</summary>
    /// <param name="next">Their analyses.</param>
    public PendingStates With(StateBlock next) => new(Count == 0 ? null : this, next);
}
