using Coda.Data.Archives;
using Coda.Training.Experiments;
using Coda.Training.Optimization;

namespace Coda.Training.Stages;

/// <summary>A stage of an experiment on a training record, perhaps from a model: its checkpoints are known by these.</summary>
public abstract class RecordStage : TrainingStage
{
    /// <summary>Prepares a stage.</summary>
    /// <param name="own">What its checkpoints belong to.</param>
    /// <param name="start">The model that it starts from; random weights by default.</param>
    private protected RecordStage(TrainingIdentity own, TrainedModel? start) => (Own, Start) = (own, start);

    /// <inheritdoc/>
    public sealed override Experiment Experiment => Own.Experiment;

    /// <summary>What the archive holds.</summary>
    public ArchiveDescription Archive => Own.Archive;

    /// <inheritdoc/>
    public sealed override string Identity => Own.ToString();

    /// <summary>What checkpoints belong to.</summary>
    private protected TrainingIdentity Own { get; init; }

    /// <summary>The model that the stage starts from; <see langword="null"/> for random weights.</summary>
    private protected TrainedModel? Start { get; }

    /// <inheritdoc/>
    public sealed override bool IsOf(string identity) => Own.IsThatOf(identity);

    /// <inheritdoc/>
    public sealed override Experiment? EarlierOf(string identity) => Own.EarlierOf(identity);
}
