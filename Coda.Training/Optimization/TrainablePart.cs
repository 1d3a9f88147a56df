using Coda.Training.Networks;

namespace Coda.Training.Optimization;

/// <summary>A component whose weights a run holds: trained where it has groups, else only read.</summary>
/// <param name="Name">Its name in checkpoints and models, for example <c>network</c>.</param>
/// <param name="Component">The component.</param>
public sealed record TrainablePart(string Name, ITrainable Component)
{
    /// <summary>The name of its averaged weights in checkpoints.</summary>
    public string Averaged { get; init; } = $"averaged-{Name}";

    /// <summary>Tells its random starts from those of other parts of the same seed.</summary>
    public ulong Stream { get; init; }

    /// <summary>What optimizers change of it; nothing by default.</summary>
    public IReadOnlyList<WeightGroup> Groups { get; init; } = [];

    /// <summary>The part to start from, perhaps of another shape: arrays that fit by name and shape are taken, others start at random, as all do by
    /// default.</summary>
    public ModelPart? Start { get; init; }
}
