namespace Coda.Data.Scoring.Differences;

/// <summary>Probabilities that allow for the tests that were made beside them.</summary>
public static class MultipleTests
{
    /// <summary>Holm (1979): with all hypotheses true, any of them is called false at most as often as the level says, whatever their dependence. For a few
    /// methods of which each claim counts.</summary>
    /// <param name="probabilities">One of each test; nothing where there was none.</param>
    /// <returns>The adjusted ones, in the same order.</returns>
    /// <exception cref="ArgumentException">One is no probability.</exception>
    public static IReadOnlyList<double?> Holm(IReadOnlyList<double?> probabilities) =>
        Adjusted(probabilities, ascending: true, (p, rank, count) => p * (count - rank));

    /// <summary>Benjamini and Hochberg (1995): of the tests that are called different, at most the level's share is expected to be the same, where they are
    /// independent or positively dependent (Benjamini and Yekutieli, 2001), as neighbouring leads are. For scorecards of many cells.</summary>
    /// <inheritdoc cref="Holm" path="//param|//returns|//exception"/>
    public static IReadOnlyList<double?> BenjaminiHochberg(IReadOnlyList<double?> probabilities) =>
        Adjusted(probabilities, ascending: false, (p, rank, count) => p * count / (rank + 1));

    private static double?[] Adjusted(IReadOnlyList<double?> probabilities, bool ascending, Func<double, int, int, double> factor)
    {
        if (probabilities.FirstOrDefault(p => p is not (null or (>= 0 and <= 1))) is { } wrong)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"Expected probabilities in [0, 1], got {wrong}. Leave out the test that has none, as nothing."),
                nameof(probabilities));
        }

        var adjusted = new double?[probabilities.Count];
        var sorted = probabilities.Index().Where(p => p.Item is not null).OrderBy(p => p.Item).Select((p, rank) => (p.Index, P: p.Item!.Value, rank)).ToList();
        var bound = ascending ? 0.0 : 1.0;
        foreach (var (index, p, rank) in ascending ? sorted : Enumerable.Reverse(sorted))
        {
            var own = Math.Min(1, factor(p, rank, sorted.Count));
            bound = ascending ? Math.Max(bound, own) : Math.Min(bound, own);
            adjusted[index] = bound;
        }

        return adjusted;
    }
}
