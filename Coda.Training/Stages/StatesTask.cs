using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Observations;
using Coda.Training.Experiments;
using Coda.Training.Networks;
using Coda.Training.Rollouts;

namespace Coda.Training.Stages;

/// <summary>What a network of states, not of observations, is trained for: an experiment brought together with an archive, of which only the climatology is
/// read.</summary>
/// <param name="Simulator">The simulator, with the system's own parameters.</param>
/// <param name="Record">The record, split.</param>
/// <param name="Context">The network's task.</param>
/// <param name="TrainedFor">The observing settings of the record.</param>
internal sealed record StatesTask(Simulator Simulator, TrainingRecord Record, AssimilationContext Context, ObservingSettings TrainedFor)
{
    /// <summary>Brings both together.</summary>
    /// <param name="experiment">The experiment, checked.</param>
    /// <param name="archive">The observations.</param>
    /// <param name="start">The task of the model that training starts from, whose climatology it keeps.</param>
    /// <param name="span">The steps that a row reaches past its first, plus one; asked of the task before its climatology is known.</param>
    /// <exception cref="ArgumentException">No error is known, or parts do not fit each other.</exception>
    /// <exception cref="InvalidDataException">The record is too short, or nothing is observed.</exception>
    public static StatesTask Of(Experiment experiment, IObservationArchive archive, AssimilationContext? start, Func<AssimilationContext, int> span)
    {
        var description = archive.Description;
        var sigma = experiment.Sigma ?? ObservedField.ScalesOf(description.Layout, description.Fields, description.Sigma).Sigma ?? throw new ArgumentException(
            "Expected the observation error's standard deviation, got none: the archive does not name one; set the experiment's sigma.");
        var simulator = new Simulator(
            DynamicalSystem.Catalog.Create(experiment.System), Integrator.Catalog.Create(experiment.Integrator), description.StepLength);
        var layout = simulator.System.Layout;
        var h = ArchiveMatch.Require(experiment.System, layout, experiment.Operator ?? description.Operator, description);
        var scales = ObservedField.ScalesOf(layout, description.Fields, sigma).Scales;
        TrainingRecord? record = null;
        var context = start ?? new AssimilationContext(
            layout, h.Locations, () => Climatology(description, simulator, record!, h, sigma, scales, archive))
        {
            Sigma = sigma, Errors = description.Errors, Fields = TrainingSetup.Within(layout, description.Fields),
            Dynamics = new(simulator, simulator.System.ParameterNumbers, []), SegmentSteps = experiment.Score?.Every ?? 1,
        };
        record = new TrainingRecord(archive, halfWidth: 0, span(context));
        _ = context.Climatology; // what is wrong with the record is said now
        var trainedFor = ObservingSettings.Of(archive, sigma, scales is { } all ? [.. h.Locations.Select(entry => all[entry])] : null);
        return new(simulator, record, context, trainedFor);
    }

    private static Climatology Climatology(
        ArchiveDescription archive, Simulator simulator, TrainingRecord record, ObservationOperator h, double sigma, float[]? scales,
        IObservationArchive observations)
    {
        var layout = simulator.System.Layout;
        var coordinates = ObservedCoordinates.Of(layout, archive.Fields, archive.Errors, sigma);
        var observed = Networks.Climatology.Estimate(
            record.FittedStretches, sigma, layout, h.Locations, scales, coordinates is null ? null : coordinates.At);
        return FreeClimatology.Complete(
            observed, h.Locations, simulator, simulator.System.ParameterNumbers, ForcingSeries.Of(simulator.System.Forcing, observations));
    }
}
