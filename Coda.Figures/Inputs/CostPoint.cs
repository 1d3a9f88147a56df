namespace Coda.Figures.Inputs;

/// <summary>What a method reaches, and what it costs.</summary>
/// <param name="Method">Its name.</param>
/// <param name="Cost">Its cost, greater than 0.</param>
/// <param name="Score">Its score.</param>
/// <param name="IsSmoother">Whether it sees what comes after; filters and smoothers are told apart.</param>
public sealed record CostPoint(string Method, double Cost, double Score, bool IsSmoother);
