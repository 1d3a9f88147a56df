namespace Coda.Training.Optimization;

/// <summary>The loss of a batch, or of a share of one.</summary>
/// <param name="Terms">Its terms as they are reported, in the order of the stage's names.</param>
/// <param name="Total">What is minimized, and what looks at the held-out tenth compare.</param>
/// <param name="Numbers">The derivative of the total by each number that is trained, by name.</param>
public sealed record StageLoss(double[] Terms, double Total, IReadOnlyDictionary<string, double> Numbers)
{
    /// <summary>Whether a step may be taken from it.</summary>
    public bool IsFinite => double.IsFinite(Total) && Terms.All(double.IsFinite) && Numbers.Values.All(double.IsFinite);

    /// <summary>The loss of a batch from those of its shares.</summary>
    /// <param name="shares">At least one, of the same terms and numbers.</param>
    public static StageLoss Sum(IReadOnlyList<StageLoss> shares) => shares.Count == 1 ? shares[0] : new StageLoss(
        [.. Enumerable.Range(0, shares[0].Terms.Length).Select(i => shares.Sum(share => share.Terms[i]))],
        shares.Sum(share => share.Total),
        shares[0].Numbers.Keys.ToDictionary(name => name, name => shares.Sum(share => share.Numbers[name])));
}
