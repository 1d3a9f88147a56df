using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Observations;
using Coda.Training.Experiments;
using Coda.Training.Networks;
using Coda.Training.Optimization;
using Coda.Training.Rollouts;
using static TorchSharp.torch;

namespace Coda.Training.Stages;

/// <summary>The stage that trains an auto-encoder on states of the training record: the mean square of D(E(x + noise)) - x over the climatology's
/// deviations.</summary>
/// <remarks>Where the system says that no place of its ring is special, states are turned round it at random.</remarks>
public sealed class AutoEncoderStage : TrainingStage
{
    /// <summary>The auto-encoder's name among the parts.</summary>
    public const string AutoEncoder = "auto-encoder";

    private readonly TrainedModel? _start;
    private readonly TrainingIdentity _identity;
    private readonly Simulator _simulator;
    private readonly ObservingSettings _trainedFor;

    /// <summary>Brings an experiment together with an archive and its states.</summary>
    /// <param name="experiment">What to train and how; it has the member autoEncoder.</param>
    /// <param name="archive">The observations, of which only the climatology is read.</param>
    /// <param name="states">The states to train on.</param>
    /// <param name="start">The model whose auto-encoder it starts from, and whose climatology it keeps; random weights by default.</param>
    /// <exception cref="ArgumentException">The experiment, the archive and the states do not fit.</exception>
    /// <exception cref="InvalidDataException">The record is too short, or nothing is observed.</exception>
    public AutoEncoderStage(Experiment experiment, IObservationArchive archive, Reanalysis states, TrainedModel? start = null)
    {
        ArgumentNullException.ThrowIfNull(states);
        var setup = Set(experiment, archive, start?.Context);
        states.Require(archive.Description, setup.Context.Layout.Size);
        (Experiment, Archive, States, _start) = (experiment, archive.Description, states, start);
        (_simulator, Record, Context, Network, _trainedFor) = (setup.Simulator, setup.Record, setup.Context, setup.Network, setup.TrainedFor);
        Turns = _simulator.System.SymmetricAxes.Contains(0);
        _identity = new TrainingIdentity(experiment, Archive) { Reanalysis = states.Hash, From = start is null ? null : TrainingIdentity.HashOf(start) };
    }

    /// <inheritdoc/>
    public override Experiment Experiment { get; }

    /// <summary>What the archive holds.</summary>
    public ArchiveDescription Archive { get; }

    /// <summary>The auto-encoder.</summary>
    public AutoEncoder Network { get; }

    /// <summary>The auto-encoder's task.</summary>
    public AssimilationContext Context { get; }

    /// <summary>The states to train on.</summary>
    public Reanalysis States { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<TrainablePart> Parts =>
    [
        new(AutoEncoder, Network)
        {
            Groups = [new("auto-encoder-moments", Experiment.LearningRate, "states", _ => true) { Title = AutoEncoder }],
            Start = _start?.PartOf<AutoEncoder>(),
        },
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Terms => ["reconstruction"];

    /// <inheritdoc/>
    public override string Identity => _identity.ToString();

    /// <inheritdoc/>
    public override bool StartCompetes => _start is not null;

    /// <summary>The record, split.</summary>
    internal TrainingRecord Record { get; }

    /// <summary>Whether states may be turned round the ring.</summary>
    internal bool Turns { get; }

    /// <summary>Refuses, before its states are made, an experiment that could not be trained with them.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="archive">The observations.</param>
    /// <exception cref="ArgumentException">No such member, an unknown component, options out of range, or parts that do not fit each other.</exception>
    /// <exception cref="InvalidDataException">The record is too short, or nothing is observed.</exception>
    public static void Require(Experiment experiment, IObservationArchive archive) => Set(experiment, archive, null);

    /// <inheritdoc/>
    public override bool IsOf(string identity) => _identity.IsThatOf(identity);

    /// <inheritdoc/>
    public override Experiment? EarlierOf(string identity) => _identity.EarlierOf(identity);

    /// <inheritdoc/>
    public override StageShare Share(IReadOnlyList<Weights<Tensor>> weights, Range rows, Device device) => new AutoEncoderShare(this, weights[0], rows, device);

    /// <summary>The model that training ended in.</summary>
    /// <param name="trained">What <see cref="TrainingLoop.Run"/> gave.</param>
    public TrainedModel End(TrainedWeights trained)
    {
        ArgumentNullException.ThrowIfNull(trained);
        return new TrainedModel(
            Experiment, Archive, _simulator, Context, [new ModelPart(AutoEncoder, Network, trained.Parts[AutoEncoder])],
            _simulator.System.ParameterNumbers, trained.Validation)
        {
            TrainedFor = _trainedFor,
        };
    }

    private static (Simulator Simulator, TrainingRecord Record, AssimilationContext Context, AutoEncoder Network, ObservingSettings TrainedFor) Set(
        Experiment experiment, IObservationArchive archive, AssimilationContext? start)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        ArgumentNullException.ThrowIfNull(archive);
        experiment.Check();
        var fit = experiment.AutoEncoder
            ?? throw new ArgumentException($"Expected an experiment with the member autoEncoder, got '{experiment.Name}' without it.");
        var description = archive.Description;
        var sigma = experiment.Sigma ?? ObservedField.ScalesOf(description.Layout, description.Fields, description.Sigma).Sigma ?? throw new ArgumentException(
            "Expected the observation error's standard deviation, got none: the archive does not name one; set the experiment's sigma.");
        var simulator = new Simulator(
            DynamicalSystem.Catalog.Create(experiment.System), Integrator.Catalog.Create(experiment.Integrator), description.StepLength);
        var layout = simulator.System.Layout;
        var h = ArchiveMatch.Require(experiment.System, layout, experiment.Operator ?? description.Operator, description);
        var scales = ObservedField.ScalesOf(layout, description.Fields, sigma).Scales;
        var record = new TrainingRecord(archive, halfWidth: 0, span: 1);
        var context = start ?? new AssimilationContext(layout, h.Locations, Climatology(description, simulator, record, h, sigma, scales, archive))
        {
            Sigma = sigma, Errors = description.Errors, Fields = TrainingSetup.Within(layout, description.Fields),
        };
        var network = Networks.AutoEncoder.Catalog.Create(fit.Network, context);
        var trainedFor = ObservingSettings.Of(archive, sigma, scales is { } all ? [.. h.Locations.Select(entry => all[entry])] : null);
        return (simulator, record, context, network, trainedFor);
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
