using Coda.Data.Archives;
using Coda.Training.Experiments;

namespace Coda.Training.Stages;

/// <summary>The stage that fits network, simulator parameters and correction jointly to the observations.</summary>
public sealed class JointStage : RolloutStage
{
    /// <summary>Brings an experiment together with an archive.</summary>
    /// <param name="experiment">What to train and how; what its later stages could not be run with is refused, too.</param>
    /// <param name="archive">The observations.</param>
    /// <exception cref="ArgumentException">The experiment and the archive do not fit.</exception>
    /// <exception cref="InvalidDataException">The record is too short, or nothing is observed.</exception>
    public JointStage(Experiment experiment, IObservationArchive archive)
        : base(new TrainingSetup((experiment ?? throw new ArgumentNullException(nameof(experiment))) with { Reanalysis = null }, archive), start: null,
            trainsCorrection: true) =>
        ReanalysisStage.Require(Setup, experiment, archive);

    /// <inheritdoc/>
    public override string DivergenceCure => "Lower the learning rates or the rollout length";
}
