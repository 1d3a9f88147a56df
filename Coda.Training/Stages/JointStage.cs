using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Training.Experiments;
using Coda.Training.Optimization;
using Coda.Training.Rollouts;

namespace Coda.Training.Stages;

/// <summary>The stage that fits network, simulator parameters and correction jointly to the observations.</summary>
public sealed class JointStage : RolloutStage
{
    /// <summary>Brings an experiment together with an archive.</summary>
    /// <param name="experiment">What to train and how; what its later stages could not be run with is refused, too.</param>
    /// <param name="archive">The observations.</param>
    /// <param name="start">The model whose weights, parameters and climatology it starts from; random weights, the experiment's and the record's by
    /// default.</param>
    /// <exception cref="ArgumentException">The experiment and the archive do not fit.</exception>
    /// <exception cref="InvalidDataException">The record is too short, or nothing is observed.</exception>
    public JointStage(Experiment experiment, IObservationArchive archive, TrainedModel? start = null)
        : base(
            new TrainingSetup(
                (experiment ?? throw new ArgumentNullException(nameof(experiment))) with { Reanalysis = null }, archive, start: start?.Context),
            start, trainsCorrection: true, start is null ? null : TrainingIdentity.HashOf(start)) =>
        ReanalysisStage.Require(Setup, experiment, archive);

    /// <summary>The stage that a checkpoint is of, to go on from it.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="archive">The observations.</param>
    /// <param name="steps">How many steps there must be after it, at least.</param>
    /// <returns><see langword="null"/> where it is of another stage, of another version, or of a training that started from a model.</returns>
    /// <exception cref="ArgumentException">The experiment and the archive do not fit.</exception>
    /// <exception cref="InvalidDataException">The record is too short, or nothing is observed.</exception>
    public static JointStage? Of(Checkpoint checkpoint, IObservationArchive archive, int steps)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        return TrainingIdentity.Parse(checkpoint.Identity) is { Reanalysis: null, From: null, Experiment: { } experiment } own
            ? new(experiment with { Steps = Math.Max(experiment.Steps, checkpoint.Step + steps) }, archive) { ShortenedFrom = own.ShortenedFrom }
            : null;
    }

    /// <summary>What tells a checkpoint of this stage from a model's, in words: its experiment's name, seed or system, or the weights of its best look. A
    /// spread that was calibrated after training does not count.</summary>
    /// <param name="checkpoint">The checkpoint's file.</param>
    /// <param name="card">The model's card.</param>
    /// <param name="weights">The file of the model's weights as this stage left them; <see langword="null"/> where nobody kept them.</param>
    /// <returns><see langword="null"/> where nothing does.</returns>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    public string? DifferenceTo(string checkpoint, ModelCard card, string? weights)
    {
        ArgumentNullException.ThrowIfNull(card);
        var (own, said) = (Words(Experiment.Name, Experiment.Seed, Experiment.System), Words(card.Name, card.Seed, card.System));
        if (own != said)
        {
            return $"it is of {own}, the card of {said}";
        }

        if (weights is null)
        {
            return null;
        }

        var (best, released) = (ArrayGroups.Of(Checkpoint.Read(checkpoint).Arrays, "best"), TensorFile.Read(weights).Arrays);
        var other = Parts.SelectMany(part => part.Component.WeightDefinitions.Where(d => !d.IsSpread).Select(d => $"{part.Name}.{d.Name}")).FirstOrDefault(
            name => best.GetValueOrDefault(name) is not { } array || released.GetValueOrDefault(name) is not { } kept || !array.AsSpan().SequenceEqual(kept));
        return other is null ? null : $"the weights '{other}' of its best look are not those of {Path.GetFileName(weights)}";

        static string Words(string name, ulong seed, Component system) =>
            FormattableString.Invariant($"'{name}' from seed {seed}, {system.Name} {(system.Options ?? []).ToJsonString()}");
    }

    /// <inheritdoc/>
    public override bool StartCompetes => Start is not null;

    /// <inheritdoc/>
    public override string DivergenceCure
    {
        get
        {
            var (length, climatology) = (Experiment.RolloutLength, Setup.Context.Climatology);
            var finite = RolloutProbe.FiniteSteps(Setup.Simulator, StartingNumbers, climatology, length, Setup.Forcing);
            return finite == length ? $"Lower the learning rates (learningRate, parameterLearningRate){(length > 1 ? " or the rollout length" : "")}"
                : RolloutProbe.StepFault(Setup.Simulator, StartingNumbers, climatology, length, Setup.Forcing)
                ?? (finite > 0
                    ? $"From states like the record's the simulator goes astray after {finite} steps: take a rolloutLength of at most that"
                    : "From states like the record's the simulator goes astray in its first step: check its tendency and its units, or start its parameters "
                        + "elsewhere");
        }
    }
}
