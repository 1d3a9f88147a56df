using Coda.Data.Archives;
using Coda.Data.Time;

namespace Coda.Pipelines.Rows;

/// <summary>An archive's record cut into pieces of one length, numbered trajectory by trajectory.</summary>
/// <param name="description">What the archive holds.</param>
/// <param name="rowSize">The number of entries that a row takes in memory, at least 1.</param>
internal sealed class PieceGrid(ArchiveDescription description, int rowSize)
{
    // A piece holds about a million entries at most: little memory for each cursor, few scans.
    private readonly int _length = Math.Clamp((1 << 20) / rowSize, 1, 4096);

    /// <summary>The steps of a piece; the last of a trajectory may have fewer.</summary>
    public int Length => _length;

    /// <summary>The number of pieces.</summary>
    public int Count => checked((int)(description.TrajectoryCount * PerTrajectory));

    private long PerTrajectory => (description.Steps.Count + _length - 1) / _length;

    /// <summary>Where a piece lies.</summary>
    /// <param name="piece">Its number.</param>
    public (int Trajectory, StepRange Steps) this[int piece]
    {
        get
        {
            var start = description.Steps.Start + (piece % PerTrajectory * _length);
            return ((int)(piece / PerTrajectory), new StepRange(start, Math.Min(start + _length, description.Steps.End)));
        }
    }
}
