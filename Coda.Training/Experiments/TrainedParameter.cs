namespace Coda.Training.Experiments;

/// <summary>A simulator parameter that is estimated jointly with the network.</summary>
/// <param name="Name">The parameter's symbol, one of the system's.</param>
/// <param name="Start">Where the estimate starts, within the parameter's bounds.</param>
public sealed record TrainedParameter(string Name, double Start);
