namespace Coda.Data.Scoring.Differences;

/// <summary>Estimates of the same record beside one of them: every score, lead, field and kind of site, with an allowance for the number of tests.</summary>
public static class ScoreDifferences
{
    /// <summary>What estimates differ by from a reference.</summary>
    /// <param name="reference">The name and the series of what they are compared with.</param>
    /// <param name="estimates">The name and the series of each.</param>
    /// <param name="adjust">The allowance for several tests, which are those of one score: <see cref="MultipleTests.Holm"/> or
    /// <see cref="MultipleTests.BenjaminiHochberg"/>.</param>
    /// <param name="request">Estimator, level and power.</param>
    /// <returns>In the order of the estimates and their series; those that the reference does not have, or shares no time with, are left out.</returns>
    public static IReadOnlyList<ScoreDifference> Of(
        (string Name, IReadOnlyList<ScoreSeries> Series) reference, IReadOnlyList<(string Name, IReadOnlyList<ScoreSeries> Series)> estimates,
        Func<IReadOnlyList<double?>, IReadOnlyList<double?>> adjust, DifferenceRequest? request = null)
    {
        ArgumentNullException.ThrowIfNull(estimates);
        ArgumentNullException.ThrowIfNull(adjust);
        request ??= new();
        var others = reference.Series.ToDictionary(Key);
        var pairs = (from estimate in estimates
                     from series in estimate.Series
                     where others.ContainsKey(Key(series)) && PairedSeries.HaveCommon(series, others[Key(series)])
                     select (estimate.Name, Series: series, Other: others[Key(series)])).ToList();
        var found = pairs.AsParallel().AsOrdered().Select(pair => Of(pair.Name, reference.Name, pair.Series, pair.Other, request)).ToList();
        foreach (var family in found.Index().GroupBy(f => f.Item.Score).Select(g => g.ToList()).ToList())
        {
            var adjusted = adjust([.. family.Select(f => f.Item.Difference.P)]);
            var tests = Math.Max(1, adjusted.Count(p => p is not null));
            foreach (var ((index, difference), p) in family.Zip(adjusted))
            {
                found[index] = difference with { Difference = difference.Difference.Judged(p, tests, request) };
            }
        }

        return found;
    }

    private static ScoreDifference Of(string estimate, string reference, ScoreSeries series, ScoreSeries other, DifferenceRequest request)
    {
        var (difference, mean) = (DifferenceTest.Of(series, other, request), PairedSeries.ReferenceMean(series, other));
        return new(
            estimate, reference, series.Score, series.Sites, series.Lead, series.LeadTime, series.Part, mean is null or 0 ? null : difference.Value / mean,
            difference);
    }

    private static (string, ScoredSites, int, ScoredPart?) Key(ScoreSeries series) => (series.Score, series.Sites, series.Lead, series.Part);
}
