using Coda.Training.Experiments;
using Coda.Training.Losses;
using Coda.Training.Networks;
using Coda.Training.Optimization;
using static TorchSharp.torch;

namespace Coda.Training.Stages;

/// <summary>A stage whose loss is that of rollouts of the simulator from a network's analyses.</summary>
/// <remarks>Zinchenko and Greenberg (2024), eqs. 5-7.</remarks>
public abstract class RolloutStage : RecordStage
{
    /// <summary>The network's name among the parts.</summary>
    public const string Network = "network";

    /// <summary>The correction's name among the parts.</summary>
    public const string Correction = "correction";

    private readonly bool _trainsCorrection;

    /// <summary>Prepares a stage.</summary>
    /// <param name="setup">What is trained, made and checked.</param>
    /// <param name="start">The model whose weights and parameters it starts from; random ones and the experiment's by default.</param>
    /// <param name="trainsCorrection">Whether a correction is trained; else its weights stay.</param>
    /// <param name="from">What tells that model from others, where nothing else of the stage does.</param>
    private protected RolloutStage(TrainingSetup setup, TrainedModel? start, bool trainsCorrection, string? from = null)
        : base(new TrainingIdentity(setup.Experiment, setup.Archive) { Reanalysis = setup.Reanalysis?.Hash, From = from }, start) =>
        (Setup, _trainsCorrection) = (setup, trainsCorrection);

    /// <summary>What is trained, made and checked.</summary>
    public TrainingSetup Setup { get; }

    /// <inheritdoc/>
    public sealed override IReadOnlyList<TrainablePart> Parts => Setup.Correction is { } correction
        ? [NetworkPart(), CorrectionPart(correction)] : [NetworkPart()];

    /// <inheritdoc/>
    public sealed override IReadOnlyList<TrainableNumber> Numbers => [.. Setup.Trained.Select(p =>
    {
        var start = Start?.Parameters[p.Key] ?? Setup.StartingParameters[p.Key];
        return new TrainableNumber(p.Key, start, p.Value.Lower, p.Value.Upper) { Scale = Experiment.HasRelativeRates ? p.Value.SizeFrom(start) : 1 };
    })];

    /// <inheritdoc/>
    public sealed override IReadOnlyDictionary<string, double> StartingNumbers => Start?.Parameters ?? Setup.StartingParameters;

    /// <inheritdoc/>
    public sealed override IReadOnlyList<string> Terms =>
        [.. Experiment.Loss.Select(term => term.Name), .. Setup.Network.HasSpread ? [SpreadLikelihood.Name] : Array.Empty<string>()];

    /// <inheritdoc/>
    public sealed override bool TakesWholeBatches => Setup.Network.WeightDefinitions.Any(d => !d.IsTrained && !d.IsSpread);

    /// <inheritdoc/>
    public sealed override StageShare Share(IReadOnlyList<Weights<Tensor>> weights, Range rows, Device device) =>
        new RolloutShare(Setup, weights, rows, device);

    /// <summary>The rollout length that was asked for, where the experiment's is a shorter one because rollouts of that length diverged.</summary>
    public int? ShortenedFrom
    {
        get => Own.ShortenedFrom;
        init => Own = Own with { ShortenedFrom = value };
    }

    /// <summary>The rollout length that a run took to because rollouts of the length that was asked for diverged.</summary>
    /// <param name="identity">What <see cref="RecordStage.Identity"/> gave, perhaps of an earlier version.</param>
    /// <param name="wanted">The rollout length that was asked for.</param>
    /// <returns><see langword="null"/> where it did not.</returns>
    public static int? ShortenedTo(string identity, int wanted) =>
        TrainingIdentity.Parse(identity) is { } found && found.ShortenedFrom == wanted ? found.Experiment.RolloutLength : null;

    /// <summary>The model that training ended in.</summary>
    /// <param name="trained">What <see cref="TrainingLoop.Run"/> gave.</param>
    /// <param name="device">Where the spread is calibrated; the CPU by default.</param>
    public TrainedModel End(TrainedWeights trained, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(trained);
        var weights = Parts.ToDictionary(part => part.Name, part => new Dictionary<string, float[]>(trained.Parts[part.Name]));
        if (Setup.Network.HasSpread)
        {
            SpreadCalibration.Fit(Setup, weights[Network], device ?? CPU);
        }

        return new TrainedModel(
            Experiment, Archive, Setup.Simulator, Setup.Context, [.. Parts.Select(part => new ModelPart(part.Name, part.Component, weights[part.Name]))],
            trained.Numbers, trained.Validation)
        {
            TrainedFor = Setup.TrainedFor,
        };
    }

    private TrainablePart NetworkPart() => new(Network, Setup.Network)
    {
        Averaged = "averaged",
        Groups =
        [
            new("moments", Experiment.LearningRate, "states", d => !d.IsSpread) { Title = Network },
            .. Setup.Network.HasSpread
                ? [new("spread-moments", Experiment.LearningRate, "spread", d => d.IsSpread) { Title = "spread" }] : Array.Empty<WeightGroup>(),
        ],
        Start = Start?.PartOf<AssimilationNetwork>(),
    };

    private TrainablePart CorrectionPart(Correction correction) => new(Correction, correction)
    {
        Stream = 1,
        Groups = _trainsCorrection
            ? [new("correction-moments", Experiment.CorrectionLearningRate, "states", _ => true) { Title = Correction }] : [],
        Start = Start?.PartOf<Correction>(),
    };
}
