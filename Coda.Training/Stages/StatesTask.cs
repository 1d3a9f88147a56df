using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Observations;
using Coda.Training.Experiments;
using Coda.Training.Networks;
using Coda.Training.Rollouts;

namespace Coda.Training.Stages;

/// <summary>What stages that train on states share: the system of these, how the record is split, its climatology, what is observed.</summary>
/// <param name="Experiment">The experiment.</param>
/// <param name="Archive">What the archive holds.</param>
/// <param name="Simulator">The experiment's simulator at the archive's step, with the system's own parameters.</param>
/// <param name="Record">The record, split.</param>
/// <param name="Context">Layout, sites, climatology and dynamics.</param>
/// <param name="Operator">The observation operator.</param>
/// <param name="TrainedFor">How the record is observed.</param>
internal sealed record StatesTask(
    Experiment Experiment,
    ArchiveDescription Archive,
    Simulator Simulator,
    TrainingRecord Record,
    AssimilationContext Context,
    ObservationOperator Operator,
    ObservingSettings TrainedFor)
{
    /// <summary>Brings an experiment together with an archive, of which only observations are read.</summary>
    /// <param name="experiment">The experiment, checked.</param>
    /// <param name="archive">The observations.</param>
    /// <param name="start">The task of the model that training starts from, whose climatology it keeps; by default it is estimated.</param>
    /// <param name="span">The steps that a row reaches past its first, plus one; asked of the task before its climatology is known.</param>
    /// <exception cref="ArgumentException">An unknown component, options out of range, or parts that do not fit each other.</exception>
    /// <exception cref="InvalidDataException">The record is too short, or nothing is observed.</exception>
    public static StatesTask Of(Experiment experiment, IObservationArchive archive, AssimilationContext? start, Func<AssimilationContext, int> span)
    {
        var task = new ObservedTask(experiment, archive);
        TrainingRecord? record = null;
        var parameters = task.Simulator.System.ParameterNumbers;
        var context = start ?? task.Context(() => task.Climatology(record!, parameters), new(task.Simulator, parameters, [])) with
        {
            SegmentSteps = experiment.Score?.Every ?? 1,
        };
        record = new TrainingRecord(archive, halfWidth: 0, span(context));
        _ = context.Climatology; // from the archive, while it is there
        return new(experiment, archive.Description, task.Simulator, record, context, task.Operator, task.Settings());
    }
}
