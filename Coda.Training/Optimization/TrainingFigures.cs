namespace Coda.Training.Optimization;

/// <summary>What one step of a training says of it.</summary>
/// <param name="Step">The number of steps done, this one included.</param>
/// <param name="Terms">The loss's terms on the step's batch, by name.</param>
/// <param name="Validation">The loss on the held-out tenth at the last look; <see langword="null"/> before the first.</param>
/// <param name="Parameters">The trained numbers after the step, by name.</param>
/// <param name="LearningRates">The rate of each group of weights, by its title, and of <see cref="Numbers"/>.</param>
/// <param name="GradientNorms">The Euclidean norm of the gradient of each of these, before it is clipped.</param>
public sealed record TrainingFigures(
    int Step,
    IReadOnlyDictionary<string, double> Terms,
    double? Validation,
    IReadOnlyDictionary<string, double> Parameters,
    IReadOnlyDictionary<string, double> LearningRates,
    IReadOnlyDictionary<string, double> GradientNorms)
{
    /// <summary>The name of the trained numbers among the groups.</summary>
    public const string Numbers = "parameters";
}
