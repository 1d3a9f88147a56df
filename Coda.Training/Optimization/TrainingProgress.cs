namespace Coda.Training.Optimization;

/// <summary>Where a training run stands.</summary>
/// <param name="Step">The number of steps done.</param>
/// <param name="Steps">The number of steps to do.</param>
/// <param name="Terms">The loss's terms, by name, averaged over the last steps.</param>
/// <param name="Parameters">The simulator's trained parameters.</param>
/// <param name="LearningRate">The network's learning rate.</param>
/// <param name="Validation">The loss on the held-out tenth at the last look; <see langword="null"/> before the first.</param>
/// <param name="StepsPerSecond">The speed since the run, or the resumed run, started.</param>
public sealed record TrainingProgress(
    int Step,
    int Steps,
    IReadOnlyDictionary<string, double> Terms,
    IReadOnlyDictionary<string, double> Parameters,
    double LearningRate,
    double? Validation,
    double StepsPerSecond);
