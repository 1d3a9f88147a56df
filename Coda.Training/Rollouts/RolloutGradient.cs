namespace Coda.Training.Rollouts;

/// <summary>The terms of a loss and what the sweep back gives for the simulator's parameters.</summary>
/// <param name="Terms">The terms without their weights, in the loss's order.</param>
/// <param name="Total">The weighted sum.</param>
/// <param name="Parameters">The derivative of the total by each trained parameter, by name.</param>
public sealed record RolloutGradient(double[] Terms, double Total, IReadOnlyDictionary<string, double> Parameters);
