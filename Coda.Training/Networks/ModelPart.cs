namespace Coda.Training.Networks;

/// <summary>A trained part of a model.</summary>
/// <param name="Name">Its name in checkpoints and files of weights, for example <c>network</c>.</param>
/// <param name="Component">What has been trained.</param>
/// <param name="Weights">Its weights, by name; an array for every definition.</param>
public sealed record ModelPart(string Name, ITrainable Component, IReadOnlyDictionary<string, float[]> Weights);
