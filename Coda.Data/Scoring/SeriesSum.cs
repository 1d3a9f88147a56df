using System.Runtime.InteropServices;

namespace Coda.Data.Scoring;

/// <summary>Collects a <see cref="ScoreSeries"/>.</summary>
/// <param name="steps">The steps of the record, those of all trajectories together, which say how long a block is.</param>
/// <param name="parts">The number of fields or sites that have a series each: with many, blocks are longer, so that all together fit into memory.</param>
internal sealed class SeriesSum(long steps, int parts)
{
    private const int MostBlocks = 1 << 18;
    private const int MostOfAll = 1 << 20;
    private const int Enough = 1 << 8; // for any series

    private readonly long _length = BlockLength(steps, Math.Clamp(MostOfAll / Math.Max(1, parts), Enough, MostBlocks));
    private readonly SortedDictionary<int, Dictionary<long, (double Sum, long Count)>> _trajectories = [];

    /// <summary>Adds a value.</summary>
    /// <param name="trajectory">Its trajectory.</param>
    /// <param name="step">Its step.</param>
    /// <param name="value">The value.</param>
    public void Add(int trajectory, long step, double value)
    {
        if (!_trajectories.TryGetValue(trajectory, out var blocks))
        {
            _trajectories.Add(trajectory, blocks = []);
        }

        ref var block = ref CollectionsMarshal.GetValueRefOrAddDefault(blocks, (long)Math.Floor((double)step / _length) * _length, out _);
        block = (block.Sum + value, block.Count + 1);
    }

    private static long BlockLength(long steps, int blocks) => Math.Max(1, (steps + blocks - 1) / blocks);

    /// <summary>What each trajectory has.</summary>
    public IReadOnlyList<TrajectorySeries> Result() =>
    [
        .. _trajectories.Select(t =>
        {
            var blocks = t.Value.OrderBy(b => b.Key).ToList();
            return new TrajectorySeries(t.Key, [.. blocks.Select(b => b.Key)], [.. blocks.Select(b => b.Value.Sum)], [.. blocks.Select(b => b.Value.Count)]);
        }),
    ];
}
