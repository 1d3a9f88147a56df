namespace Coda.Training.Rollouts;

/// <summary>The terms of a loss and what the sweep back gives for the simulator's parameters.</summary>
/// <param name="Terms">The terms without their weights, in the loss's order.</param>
/// <param name="Total">The weighted sum.</param>
/// <param name="Parameters">The derivative of the total by each trained parameter, by name.</param>
public sealed record RolloutGradient(double[] Terms, double Total, IReadOnlyDictionary<string, double> Parameters)
{
    /// <summary>The negative log-likelihood that trains the analyses' spread, outside of <see cref="Total"/>; <see langword="null"/> where the network gives none.</summary>
    public double? SpreadLikelihood { get; init; }

    /// <summary>The loss of a batch from those of its shares.</summary>
    /// <param name="shares">At least one, of the same terms and parameters.</param>
    public static RolloutGradient Sum(IReadOnlyList<RolloutGradient> shares) => shares.Count == 1 ? shares[0] : new RolloutGradient(
        [.. Enumerable.Range(0, shares[0].Terms.Length).Select(i => shares.Sum(share => share.Terms[i]))],
        shares.Sum(share => share.Total),
        shares[0].Parameters.Keys.ToDictionary(name => name, name => shares.Sum(share => share.Parameters[name])))
    {
        SpreadLikelihood = shares[0].SpreadLikelihood is null ? null : shares.Sum(share => share.SpreadLikelihood),
    };
}
