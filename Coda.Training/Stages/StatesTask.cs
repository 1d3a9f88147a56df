using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Observations;
using Coda.Training.Experiments;
using Coda.Training.Networks;
using Coda.Training.Rollouts;

namespace Coda.Training.Stages;

/// <summary>What stages that train on states share: the system of these, how the record is split, its climatology, what is observed.</summary>
/// <param name="Simulator">The experiment's simulator at the archive's step.</param>
/// <param name="Record">The record, split.</param>
/// <param name="Context">Layout, sites and climatology.</param>
/// <param name="Operator">The observation operator.</param>
/// <param name="TrainedFor">How the record is observed.</param>
internal sealed record StatesTask(
    Simulator Simulator, TrainingRecord Record, AssimilationContext Context, ObservationOperator Operator, ObservingSettings TrainedFor)
{
    /// <summary>Brings an experiment together with an archive, of which only observations are read.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="archive">The observations.</param>
    /// <param name="span">The steps from the first to the last state of a row.</param>
    /// <param name="start">The task whose climatology is kept; by default it is estimated.</param>
    /// <exception cref="ArgumentException">An unknown component, options out of range, or parts that do not fit each other.</exception>
    /// <exception cref="InvalidDataException">The record is too short, or nothing is observed.</exception>
    public static StatesTask Of(Experiment experiment, IObservationArchive archive, int span, AssimilationContext? start)
    {
        var description = archive.Description;
        var sigma = experiment.Sigma ?? ObservedField.ScalesOf(description.Layout, description.Fields, description.Sigma).Sigma ?? throw new ArgumentException(
            "Expected the observation error's standard deviation, got none: the archive does not name one; set the experiment's sigma.");
        var simulator = new Simulator(
            DynamicalSystem.Catalog.Create(experiment.System), Integrator.Catalog.Create(experiment.Integrator), description.StepLength);
        var layout = simulator.System.Layout;
        var h = ArchiveMatch.Require(experiment.System, layout, experiment.Operator ?? description.Operator, description);
        var scales = ObservedField.ScalesOf(layout, description.Fields, sigma).Scales;
        var record = new TrainingRecord(archive, halfWidth: 0, span);
        var context = start ?? new AssimilationContext(layout, h.Locations, ClimatologyOf(description, simulator, record, h, sigma, scales, archive))
        {
            Sigma = sigma, Errors = description.Errors, Fields = TrainingSetup.Within(layout, description.Fields),
        };
        var trainedFor = ObservingSettings.Of(archive, sigma, scales is { } all ? [.. h.Locations.Select(entry => all[entry])] : null);
        return new(simulator, record, context, h, trainedFor);
    }

    private static Climatology ClimatologyOf(
        ArchiveDescription archive, Simulator simulator, TrainingRecord record, ObservationOperator h, double sigma, float[]? scales,
        IObservationArchive observations)
    {
        var layout = simulator.System.Layout;
        var coordinates = ObservedCoordinates.Of(layout, archive.Fields, archive.Errors, sigma);
        var observed = Climatology.Estimate(
            record.FittedStretches, sigma, layout, h.Locations, scales, coordinates is null ? null : coordinates.At);
        return FreeClimatology.Complete(
            observed, h.Locations, simulator, simulator.System.ParameterNumbers, ForcingSeries.Of(simulator.System.Forcing, observations));
    }
}
