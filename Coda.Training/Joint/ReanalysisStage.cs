using Coda.Training.Experiments;

namespace Coda.Training.Joint;

/// <summary>The stage of a training run after the joint one: the network alone is fitted to a reanalysis.</summary>
/// <param name="Start">The model that the joint stage ended in; its network is what is trained further, its parameters and correction stay.</param>
/// <param name="Reanalysis">The states of the training record, from that model and the record's observations.</param>
public sealed record ReanalysisStage(TrainedModel Start, Reanalysis Reanalysis)
{
    /// <summary>The experiment of this stage.</summary>
    /// <param name="experiment">The whole experiment.</param>
    /// <exception cref="ArgumentException">It has no such stage.</exception>
    internal Experiment Of(Experiment experiment) => experiment.Reanalysis?.Of(experiment)
        ?? throw new ArgumentException($"Expected an experiment whose member 'reanalysis' says how to fit one, got '{experiment.Name}' without it.");
}
