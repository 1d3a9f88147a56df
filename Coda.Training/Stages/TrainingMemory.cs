using Coda.Data.Foundation;
using Coda.Training.Experiments;
using Coda.Training.Networks;

namespace Coda.Training.Stages;

/// <summary>The memory that training takes, about, told from an experiment's numbers before weights and batches are made.</summary>
internal static class TrainingMemory
{
    // Weights, averaged weights, gradients, two moments, the best, and copies on their way into a checkpoint.
    private const int CopiesOfWeights = 8;

    // Windows as drawn and as a tensor.
    private const int CopiesOfWindows = 2;

    // A layer's output and what its derivative keeps.
    private const int ArraysOfLayer = 2;

    // What a step of the simulator records, for each entry of a state.
    private const int ArraysOfStep = 48;

    /// <summary>Adds up weights, windows, layers and rollouts of a batch.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="weights">The weights of network and correction.</param>
    /// <param name="windowLength">The steps of a window.</param>
    /// <param name="sites">The number of sites.</param>
    /// <param name="stateSize">The length of one state.</param>
    public static MemoryNeed Of(Experiment experiment, IEnumerable<WeightDefinition> weights, double windowLength, double sites, double stateSize)
    {
        var (batch, need) = ((double)experiment.BatchSize, new MemoryNeed($"Experiment '{experiment.Name}'"));
        var (entries, channels) = (0.0, 0.0);
        foreach (var weight in weights)
        {
            var length = weight.Shape.Aggregate(1.0, (product, axis) => product * axis);
            need.AddArray($"weights '{weight.Name}' [{string.Join(", ", weight.Shape)}]", sizeof(float), length);
            (entries, channels) = (entries + length, channels + (weight.Shape.Length > 1 ? weight.Shape[0] : 0));
        }

        // What is computed again on the way back: one window, one step of a rollout and the states between steps.
        var windows = experiment.Recomputes ? 1 : 2 * batch;
        var steps = experiment.Recomputes ? 1 + (experiment.RolloutLength / (double)ArraysOfStep) : experiment.RolloutLength;
        return need
            .Add(FormattableString.Invariant($"{CopiesOfWeights} copies of {entries} weights"), sizeof(float), CopiesOfWeights - 1, entries)
            .AddArray(FormattableString.Invariant($"windows of {windowLength} steps and {sites} sites for a batch of {batch}"),
                CopiesOfWindows * sizeof(float), 4, batch, windowLength, sites)
            .Add(FormattableString.Invariant($"{channels} channels of the network's layers"), ArraysOfLayer * sizeof(float), windows, channels, stateSize)
            .Add(FormattableString.Invariant($"rollouts of {experiment.RolloutLength} steps and {stateSize} entries"), ArraysOfStep * sizeof(float), batch,
                steps, stateSize);
    }
}
