using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Dynamics;
using Coda.Training.Experiments;
using Coda.Training.Stages;

namespace Coda.Workflows.Training;

/// <summary>The truth of a twin experiment as what a network is fitted to: the switches <c>cycle.teacher=truth</c>, <c>autoEncoder.teacher=truth</c>,
/// <c>score.teacher=truth</c> and <c>reanalysis.teacher=truth</c>, by which a published, supervised system is reproduced as it was published. Nothing else of
/// training reads a truth.</summary>
internal static class TruthTeacher
{
    /// <summary>Reads the truth.</summary>
    /// <param name="archive">The training archive, a twin's.</param>
    /// <param name="experiment">The experiment that asks for it.</param>
    /// <param name="option">The member that does.</param>
    /// <exception cref="ArgumentException">The archive has no truth.</exception>
    public static Reanalysis Of(ParquetArchive archive, Experiment experiment, string option)
    {
        ArgumentNullException.ThrowIfNull(archive);
        ArgumentNullException.ThrowIfNull(experiment);
        Require(archive, option);
        var layout = DynamicalSystem.Catalog.Create(experiment.System).Layout;
        return new Reanalysis(
            archive.Description, layout.Size, archive.ReadStates(ArchiveTable.Truth).Select(block => block.ToWorking(layout)));
    }

    /// <summary>The member of an experiment that asks for the truth; <see langword="null"/> where none does.</summary>
    /// <param name="experiment">The experiment.</param>
    public static string? AskedBy(Experiment experiment) => experiment switch
    {
        { Reanalysis.Teacher: StateTeacher.Truth } => FitReanalysis.Teacher,
        { Cycle.Teacher: CycleTeacher.Truth } => "cycle.teacher",
        { AutoEncoder.Teacher: StateTeacher.Truth } => "autoEncoder.teacher",
        { Score.Teacher: StateTeacher.Truth } => "score.teacher",
        _ => null,
    };

    /// <summary>Refuses an archive without a truth.</summary>
    /// <param name="archive">The training archive.</param>
    /// <param name="option">The member that asks for it.</param>
    /// <exception cref="ArgumentException">The archive has no truth.</exception>
    public static void Require(ParquetArchive archive, string option)
    {
        if (!archive.HasTable(ArchiveTable.Truth))
        {
            throw new ArgumentException(
                $"{option}: expected another teacher for an archive without a truth, got the truth, which twin experiments alone have "
                    + $"(--set {option}=reanalysis).");
        }
    }
}
