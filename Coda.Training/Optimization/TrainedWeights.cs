namespace Coda.Training.Optimization;

/// <summary>What a stage ends in: the averaged weights and the numbers of its best look at the held-out tenth.</summary>
/// <param name="Parts">The arrays of each part, by names.</param>
/// <param name="Numbers">The values of all numbers, by name.</param>
/// <param name="Validation">The loss of that look; NaN where there was none.</param>
public sealed record TrainedWeights(
    IReadOnlyDictionary<string, Dictionary<string, float[]>> Parts, IReadOnlyDictionary<string, double> Numbers, double Validation);
