using Coda.Training.Networks;

namespace Coda.Training.Optimization;

/// <summary>Those of a part's weights that one optimizer changes.</summary>
/// <param name="Name">Its name in checkpoints.</param>
/// <param name="LearningRate">Its learning rate at its height.</param>
/// <param name="Norm">Groups of one name here are clipped by the norm of their gradients together.</param>
/// <param name="Selects">Which of the part's arrays that are trained at all belong to it.</param>
public sealed record WeightGroup(string Name, double LearningRate, string Norm, Func<WeightDefinition, bool> Selects)
{
    /// <summary>What people call it, for example <c>network</c>; its name by default.</summary>
    public string Title { get; init; } = Name;
}
