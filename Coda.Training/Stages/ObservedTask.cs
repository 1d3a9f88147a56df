using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Observations;
using Coda.Training.Experiments;
using Coda.Training.Networks;
using Coda.Training.Rollouts;

namespace Coda.Training.Stages;

/// <summary>An experiment's simulator seen through an archive's observations: what the task of any of its networks is made of.</summary>
internal sealed class ObservedTask
{
    private readonly IObservationArchive _archive;
    private readonly Lazy<ForcingSeries?> _forcing;

    /// <summary>Brings an experiment together with an archive.</summary>
    /// <param name="experiment">The experiment, checked.</param>
    /// <param name="archive">The observations.</param>
    /// <exception cref="ArgumentException">The error is not known, or system, integrator, operator and archive do not fit each other.</exception>
    public ObservedTask(Experiment experiment, IObservationArchive archive)
    {
        var description = archive.Description;
        _archive = archive;
        Sigma = experiment.Sigma ?? ObservedField.ScalesOf(description.Layout, description.Fields, description.Sigma).Sigma ?? throw new ArgumentException(
            "Expected the observation error's standard deviation, got none: the archive does not name one; set the experiment's sigma.");
        Simulator = new Simulator(DynamicalSystem.Catalog.Create(experiment.System), Integrator.Catalog.Create(experiment.Integrator), description.StepLength);
        Operator = ArchiveMatch.Require(experiment.System, Layout, experiment.Operator ?? description.Operator, description);
        Scales = ObservedField.ScalesOf(Layout, description.Fields, Sigma).Scales;
        _forcing = new(() => ForcingSeries.Of(Simulator.System.Forcing, archive));
    }

    /// <summary>The standard deviation of the observation error; where fields have their own, that which stands for all.</summary>
    public double Sigma { get; }

    /// <summary>The forward model.</summary>
    public Simulator Simulator { get; }

    /// <summary>The layout of its states.</summary>
    public StateLayout Layout => Simulator.System.Layout;

    /// <summary>The observation operator as the model sees it.</summary>
    public ObservationOperator Operator { get; }

    /// <summary>How many times as large each entry's error is as <see cref="Sigma"/>, where fields have errors of their own; nothing for 1. [space]</summary>
    public float[]? Scales { get; }

    /// <summary>The same at each site. [site]</summary>
    public float[]? SiteScales => Scales is { } scales ? [.. Operator.Locations.Select(entry => scales[entry])] : null;

    /// <summary>The forcing of the record; <see langword="null"/> where the system has none.</summary>
    /// <exception cref="ArgumentException">The archive has not the system's forcing.</exception>
    public ForcingSeries? Forcing => _forcing.Value;

    /// <summary>How an experiment fits a network of its own kind.</summary>
    /// <typeparam name="TFit">The member's type.</typeparam>
    /// <param name="experiment">The experiment, which is checked.</param>
    /// <param name="archive">The observations.</param>
    /// <param name="member">The member's name in files.</param>
    /// <param name="of">The member.</param>
    /// <exception cref="ArgumentException">No such member, or options out of range.</exception>
    public static TFit FitOf<TFit>(Experiment experiment, IObservationArchive archive, string member, Func<Experiment, TFit?> of)
        where TFit : class
    {
        ArgumentNullException.ThrowIfNull(experiment);
        ArgumentNullException.ThrowIfNull(archive);
        experiment.Check();
        return of(experiment) ?? throw new ArgumentException($"Expected an experiment with the member {member}, got '{experiment.Name}' without it.");
    }

    /// <summary>A network's task.</summary>
    /// <param name="climatology">Estimates what is asked for later.</param>
    /// <param name="dynamics">The simulator, for networks that know it.</param>
    public AssimilationContext Context(Func<Climatology> climatology, TrainedDynamics? dynamics = null) => new(Layout, Operator.Locations, climatology)
    {
        Sigma = Sigma, Fields = Within(Layout, _archive.Description.Fields), Errors = _archive.Description.Errors, Dynamics = dynamics,
    };

    /// <summary>Mean and deviation of what a record observes, completed by those of a free run.</summary>
    /// <param name="record">The record, split; the held-out tenth is not read.</param>
    /// <param name="parameters">The values of the simulator's parameters.</param>
    /// <exception cref="InvalidDataException">Nothing is observed.</exception>
    public Climatology Climatology(TrainingRecord record, IReadOnlyDictionary<string, double> parameters)
    {
        var coordinates = ObservedCoordinates.Of(Layout, _archive.Description.Fields, _archive.Description.Errors, Sigma);
        var observed = Networks.Climatology.Estimate(
            record.FittedStretches, Sigma, Layout, Operator.Locations, Scales, coordinates is null ? null : coordinates.At);
        return FreeClimatology.Complete(observed, Operator.Locations, Simulator, parameters, Forcing);
    }

    /// <summary>The observing settings of the record.</summary>
    public ObservingSettings Settings() => ObservingSettings.Of(_archive, Sigma, SiteScales);

    // What the fields of a layout have of their own, of those of an archive.
    private static SortedDictionary<string, ObservedField>? Within(StateLayout layout, SortedDictionary<string, ObservedField>? fields) =>
        fields?.Where(f => layout.Fields.Any(l => l.Name == f.Key)).ToDictionary() is { Count: > 0 } own ? new(own, StringComparer.Ordinal) : null;
}
