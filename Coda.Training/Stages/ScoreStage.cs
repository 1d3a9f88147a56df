using Coda.Data.Archives;
using Coda.Training.Experiments;
using Coda.Training.Networks;
using Coda.Training.Optimization;
using static TorchSharp.torch;

namespace Coda.Training.Stages;

/// <summary>The stage that trains the score of segments of the training record by denoising (Vincent, 2011): the mean square of D(x + σ z, σ) - x in the
/// climatology's deviations, times 1 + 1 / σ², so that all levels count alike.</summary>
/// <remarks>ln σ is drawn evenly. Where the system says that no place of its ring is special, segments are turned round it at random.</remarks>
public sealed class ScoreStage : TrainingStage
{
    /// <summary>The score's name among the parts.</summary>
    public const string Score = "score";

    private readonly TrainedModel? _start;
    private readonly TrainingIdentity _identity;
    private readonly StatesTask _task;

    /// <summary>Brings an experiment together with an archive and its states.</summary>
    /// <param name="experiment">What to train and how; it has the member score.</param>
    /// <param name="archive">The observations, of which only the climatology is read.</param>
    /// <param name="states">The states to train on.</param>
    /// <param name="start">The model whose score it starts from, and whose climatology it keeps; random weights by default.</param>
    /// <exception cref="ArgumentException">The experiment, the archive and the states do not fit.</exception>
    /// <exception cref="InvalidDataException">The record is too short, or nothing is observed.</exception>
    public ScoreStage(Experiment experiment, IObservationArchive archive, Reanalysis states, TrainedModel? start = null)
    {
        ArgumentNullException.ThrowIfNull(states);
        (_task, Network) = Set(experiment, archive, start?.Context);
        states.Require(archive.Description, Context.Layout.Size);
        (Experiment, Archive, States, _start) = (experiment, archive.Description, states, start);
        Turns = _task.Simulator.System.SymmetricAxes.Contains(0);
        _identity = new TrainingIdentity(experiment, Archive) { Reanalysis = states.Hash, From = start is null ? null : TrainingIdentity.HashOf(start) };
    }

    /// <inheritdoc/>
    public override Experiment Experiment { get; }

    /// <summary>What the archive holds.</summary>
    public ArchiveDescription Archive { get; }

    /// <summary>The network of the score.</summary>
    public ScoreNetwork Network { get; }

    /// <summary>The network's task.</summary>
    public AssimilationContext Context => _task.Context;

    /// <summary>The states to train on.</summary>
    public Reanalysis States { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<TrainablePart> Parts =>
    [
        new(Score, Network)
        {
            Groups = [new("score-moments", Experiment.LearningRate, "states", _ => true) { Title = Score }],
            Start = _start?.PartOf<ScoreNetwork>(),
        },
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Terms => ["denoising"];

    /// <inheritdoc/>
    public override string Identity => _identity.ToString();

    /// <inheritdoc/>
    public override bool StartCompetes => _start is not null;

    /// <summary>The record, split.</summary>
    internal TrainingRecord Record => _task.Record;

    /// <summary>Whether segments may be turned round the ring.</summary>
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
    public override StageShare Share(IReadOnlyList<Weights<Tensor>> weights, Range rows, Device device) => new ScoreShare(this, weights[0], rows, device);

    /// <summary>The model that training ended in.</summary>
    /// <param name="trained">What <see cref="TrainingLoop.Run"/> gave.</param>
    public TrainedModel End(TrainedWeights trained)
    {
        ArgumentNullException.ThrowIfNull(trained);
        return new TrainedModel(
            Experiment, Archive, _task.Simulator, Context, [new ModelPart(Score, Network, trained.Parts[Score])],
            _task.Simulator.System.ParameterNumbers, trained.Validation)
        {
            TrainedFor = _task.TrainedFor,
        };
    }

    private static (StatesTask Task, ScoreNetwork Network) Set(Experiment experiment, IObservationArchive archive, AssimilationContext? start)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        ArgumentNullException.ThrowIfNull(archive);
        experiment.Check();
        var fit = experiment.Score ?? throw new ArgumentException($"Expected an experiment with the member score, got '{experiment.Name}' without it.");
        ScoreNetwork? network = null;
        var task = StatesTask.Of(experiment, archive, start, context =>
        {
            network = ScoreNetwork.Catalog.Create(fit.Network, context);
            return 1 + (2 * network.Blanket * fit.Every);
        });
        return (task, network!);
    }
}
