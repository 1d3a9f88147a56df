namespace Coda.Data.Coverage;

/// <summary>Bands of one lead and kind of sites: factors from the first steps of a record, coverage measured on its last.</summary>
/// <param name="Correlation">The correlation length of the residuals, in steps; calibration and measurement are as far apart.</param>
/// <param name="Groups">The groups, by spread.</param>
/// <param name="Measured">Nominal against measured coverage, by level.</param>
public sealed record CoverageFit(int Correlation, IReadOnlyList<CoverageGroup> Groups, IReadOnlyList<MeasuredCoverage> Measured)
{
    private const double WellKnown = 0.05; // relative error of τ² in one of several groups
    private const int ManyTimes = 20; // as many residuals as the highest level needs, in one of several groups
    private const int BlockCorrelations = 4;
    private const double Normal95 = 1.959963984540054;

    /// <summary>Calibrates.</summary>
    /// <param name="lead">The lead, in steps.</param>
    /// <param name="sites">Which sites.</param>
    /// <param name="residuals">The residuals of all withheld observations of this kind.</param>
    /// <param name="request">Levels, and what is left to measure on.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="ArgumentException">The request makes no sense; or too few residuals for a level, or for the state's scale: how many are needed, and how
    /// many there are.</exception>
    public static CoverageFit Of(
        int lead, CoveredSites sites, IReadOnlyCollection<WithheldResidual> residuals, CoverageRequest request, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(residuals);
        ArgumentNullException.ThrowIfNull(request);
        request.Check();
        var (first, end) = residuals.Count == 0 ? (0L, 0L) : (residuals.Min(r => r.Step), residuals.Max(r => r.Step) + 1);
        var cut = first + (long)Math.Ceiling((1 - request.TestShare) * (end - first));
        List<WithheldResidual> seen = [.. residuals.Where(r => r.Step < cut).OrderBy(r => r.Spread)];
        var correlation = ResidualTimes.Correlation(seen, cancellation);
        var groups = Calibrate(lead, sites, seen, correlation, request, cancellation);
        List<WithheldResidual> unseen = [.. residuals.Where(r => r.Step >= cut + correlation)];
        return new(correlation, groups, [.. request.Levels.Select((level, place) => Measure(groups, unseen, correlation, level, place))]);
    }

    // As many groups of equal counts as are known well.
    private static IReadOnlyList<CoverageGroup> Calibrate(
        int lead, CoveredSites sites, List<WithheldResidual> sorted, int correlation, CoverageRequest request, CancellationToken cancellation)
    {
        var separated = ResidualTimes.Thinned(sorted, correlation);
        var (least, block) = (ConformalQuantile.LeastCount(request.Levels[^1]), BlockCorrelations * (correlation + 1));
        for (var count = request.MostGroups; ; count--)
        {
            cancellation.ThrowIfCancellationRequested();
            double[] edges = [.. Enumerable.Range(1, count - 1).Select(i => sorted.Count > 0 ? sorted[(int)((long)i * sorted.Count / count)].Spread : 0)];
            var (all, apart) = (Split(sorted, edges), Split(separated, edges));
            if (count > 1 && apart.Any(group => group.Count < ManyTimes * least || Times(group).Count < least))
            {
                continue;
            }

            // Denied sites have other spreads than those that they stand for, to which a floor would be extrapolated.
            var floor = count > 1 || !request.FitsFloor || sites == CoveredSites.NeverObserved ? 0 : SpreadFloor.Of(sorted, block);
            var scales = all.Select(group => SpreadScale.Of(Raised(group, floor), block)).ToList();
            if (count > 1 && scales.Any(scale => scale.RelativeError > WellKnown))
            {
                continue;
            }

            return [.. scales.Select((scale, i) => Group(lead, sites, apart[i], (scale, block), i < edges.Length ? edges[i] : null, request.Levels) with
            {
                Floor = floor,
            })];
        }
    }

    private static List<WithheldResidual> Raised(IEnumerable<WithheldResidual> residuals, double floor, double factor = 1) =>
        [.. residuals.Select(r => r with { Spread = factor * SpreadFloor.Add(r.Spread, floor) })];

    private static CoverageGroup Group(
        int lead, CoveredSites sites, List<WithheldResidual> separated, (SpreadScale Scale, int Block) fit, double? below, IReadOnlyList<double> levels)
    {
        var scale = fit.Scale;
        // Sites at one time may err as one.
        List<double[]> scores = [.. Times(separated).Select(time => time.Select(r => r.Nonconformity).ToArray())];
        double[] factors = [.. levels.Select(level => ConformalQuantile.OfClusters(scores, level))];
        return scale.IsResolved
            ? new()
            {
                Lead = lead, Sites = sites, SpreadBelow = below, Count = scale.Count, Separated = separated.Count, Scale = scale,
                ObservationFactors = factors, StateFactors = [.. levels.Select(scale.Factor)],
            }
            : throw new ArgumentException(Unresolved(lead, sites, scale, fit.Block));
    }

    // The standard error falls with the root of the count.
    private static string Unresolved(int lead, CoveredSites sites, SpreadScale scale, int block)
    {
        var needed = scale.Variance > 0 ? scale.Count * Math.Pow(3 * scale.RelativeError, 2) : double.NaN;
        return FormattableString.Invariant($"Bands of states at lead {lead}, {(sites == CoveredSites.Observed ? "observed" : "never observed")} sites: ")
            + FormattableString.Invariant($"expected a squared error three standard errors from 0, got {scale.Variance:G3} ± {scale.StandardError:G2} ")
            + FormattableString.Invariant($"of the squared spread, from {scale.Count} withheld observations; ")
            + (double.IsNaN(needed) ? "the errors of the observations hide it. " : double.IsInfinity(needed)
                ? FormattableString.Invariant($"all are within {block} steps, over which errors depend on each other; ")
                    + FormattableString.Invariant($"it takes some {10 * block:N0} steps. ")
                : FormattableString.Invariant($"it takes about {Math.Ceiling(needed):N0}. "))
            + "Take a longer record, or withhold a larger share.";
    }

    private static List<IGrouping<(int Trajectory, long Step), WithheldResidual>> Times(IEnumerable<WithheldResidual> residuals) =>
        [.. residuals.GroupBy(r => (r.Trajectory, r.Step))];

    private static List<WithheldResidual>[] Split(IEnumerable<WithheldResidual> residuals, double[] edges)
    {
        List<WithheldResidual>[] groups = [.. Enumerable.Range(0, edges.Length + 1).Select(_ => new List<WithheldResidual>())];
        foreach (var residual in residuals)
        {
            groups[edges.Count(edge => residual.Spread >= edge)].Add(residual);
        }

        return groups;
    }

    private static MeasuredCoverage Measure(
        IReadOnlyList<CoverageGroup> groups, List<WithheldResidual> unseen, int correlation, double level, int place)
    {
        var (lead, sites) = (groups[0].Lead, groups[0].Sites);
        double[] edges = [.. groups.SkipLast(1).Select(g => g.SpreadBelow!.Value)];
        var apart = Times(ResidualTimes.Thinned(unseen, correlation));
        if (apart.Count == 0)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"Coverage at lead {lead}: expected withheld observations in the record's last steps, more than {correlation} after ")
                + "those that are calibrated on, got none. Take a longer record, or a larger --test.");
        }

        var observations = BinomialInterval.OfClusters([.. apart.Select(time => (time.Count(IsCovered), time.Count()))]);

        // Against spreads that calibration has scaled already, the squared error over the squared spread is 1 where the scale holds.
        var all = Split(unseen, edges);
        List<WithheldResidual> scaled =
            [.. all.SelectMany((g, i) => Raised(g, groups[i].Floor, Math.Sqrt(groups[i].Scale.Applied)))];
        var scale = SpreadScale.Of(scaled, BlockCorrelations * (correlation + 1));
        return scale.IsResolved
            ? new(lead, sites, level, observations, StateAt(scale.Variance),
                StateAt(scale.Variance + (Normal95 * scale.StandardError)), StateAt(scale.Variance - (Normal95 * scale.StandardError)))
            : new(lead, sites, level, observations, null, null, null);

        bool IsCovered(WithheldResidual r) => r.Nonconformity <= groups[edges.Count(edge => r.Spread >= edge)].ObservationFactors[place];

        double StateAt(double variance) => groups.Select((group, i) => all[i].Count
            * (scale with { Variance = variance, StandardError = 0, Kurtosis = group.Scale.Kurtosis })
            .LevelOf(group.StateFactors[place] / Math.Sqrt(group.Scale.Applied))).Sum() / scaled.Count;
    }
}
