using Coda.Data.Archives;
using Coda.Data.Time;

namespace Coda.Pipelines.Rows;

/// <summary>An archive's record cut into blocks of one length, numbered trajectory by trajectory.</summary>
/// <param name="description">What the archive holds.</param>
/// <param name="rowSize">The number of entries that a row takes in memory, at least 1.</param>
internal sealed class BlockGrid(ArchiveDescription description, int rowSize)
{
    // A block holds about a million entries at most: little memory for each cursor, few scans.
    private readonly int _length = Math.Clamp((1 << 20) / rowSize, 1, 4096);

    /// <summary>The steps of a block; the last of a trajectory may have fewer.</summary>
    public int Length => _length;

    /// <summary>The number of blocks.</summary>
    public int Count => checked((int)(description.TrajectoryCount * PerTrajectory));

    private long PerTrajectory => (description.Steps.Count + _length - 1) / _length;

    /// <summary>Where a block lies.</summary>
    /// <param name="block">Its number.</param>
    public (int Trajectory, StepRange Steps) this[int block]
    {
        get
        {
            var start = description.Steps.Start + (block % PerTrajectory * _length);
            return ((int)(block / PerTrajectory), new StepRange(start, Math.Min(start + _length, description.Steps.End)));
        }
    }
}
