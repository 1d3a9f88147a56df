using System.Text.Json.Serialization;
using Coda.Data.Time;

namespace Coda.Data.Archives;

/// <summary>A part of a record: consecutive trajectories, and the same steps of each.</summary>
/// <param name="FirstTrajectory">The number of the first trajectory.</param>
/// <param name="TrajectoryCount">The number of trajectories.</param>
/// <param name="Steps">The steps of each.</param>
public sealed record RecordRange(int FirstTrajectory, int TrajectoryCount, StepRange Steps)
{
    /// <summary>Of the steps, those that are multiples of this number; all by default.</summary>
    public int Every { get; init; } = 1;

    /// <summary>The trajectory after the last.</summary>
    [JsonIgnore]
    public int EndTrajectory => FirstTrajectory + TrajectoryCount;

    /// <summary>The number of states in it, one for each trajectory and step.</summary>
    [JsonIgnore]
    public long Rows => TrajectoryCount * (Every <= 1 ? Steps.Count : Multiples(Steps.End) - Multiples(Steps.Start));

    /// <summary>The whole of a record.</summary>
    /// <param name="archive">What the archive holds.</param>
    public static RecordRange Whole(ArchiveDescription archive) => new(0, archive.TrajectoryCount, archive.Steps);

    /// <summary>Writes, for instance, trajectories [0, 8), steps [0, 1100).</summary>
    public override string ToString() =>
        FormattableString.Invariant($"trajectories [{FirstTrajectory}, {EndTrajectory}), steps {Steps}{(Every == 1 ? "" : $", multiples of {Every}")}");

    /// <summary>Whether a step is one of them.</summary>
    /// <param name="step">The step.</param>
    public bool Contains(long step) => Steps.Contains(step) && step % Every == 0;

    /// <summary>Refuses a range that is not within a record, or empty.</summary>
    /// <param name="archive">What the archive holds.</param>
    /// <exception cref="ArgumentOutOfRangeException">It reaches beyond the record, or holds nothing.</exception>
    public void Require(ArchiveDescription archive)
    {
        if (FirstTrajectory < 0 || TrajectoryCount < 1 || EndTrajectory > archive.TrajectoryCount || Steps.Count < 1 || Steps.Intersect(archive.Steps) != Steps
            || Every < 1 || Rows < 1)
        {
            throw new ArgumentOutOfRangeException("range", this, $"Expected a range within {Whole(archive)}, got {this}.");
        }
    }

    // The multiples below a step, counted from any one.
    private long Multiples(long step) => (step - 1 - ((((step - 1) % Every) + Every) % Every)) / Every;
}
