namespace Coda.Data.Coverage;

/// <summary>How long residuals remember each other, and times that are farther apart than that.</summary>
public static class ResidualTimes
{
    /// <summary>The longest correlation length that is told, in steps; that of residuals that are correlated for longer, or too few to tell.</summary>
    public const int Most = 400;

    private const int LeastLags = 5;
    private const int LeastPairs = 50;
    private const double Resolving = 2; // standard errors of a covariance

    /// <summary>The lag before that from which on the autocovariance of the normalized residuals at a site, over five lags or more, is below 1/e of their
    /// variance without the observations' errors, or not told from 0; 0 where the errors hide all of it, <see cref="Most"/> where too few pairs are left to
    /// tell.</summary>
    /// <remarks>Errors of different observations are independent, so that covariances at lags of 1 and more are those of the estimates' errors
    /// alone.</remarks>
    /// <param name="residuals">The residuals of one lead, in any order.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The length in steps, from 0 to <see cref="Most"/>.</returns>
    public static int Correlation(IReadOnlyCollection<WithheldResidual> residuals, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(residuals);
        var variance = residuals.Sum(r => ((r.Error * r.Error) - (r.Deviation * r.Deviation)) / r.Variance) / Math.Max(1, residuals.Count);
        var (sums, squares, pairs) = (new double[Most + 1], new double[Most + 1], new long[Most + 1]);
        foreach (var site in residuals.GroupBy(r => (r.Trajectory, r.Site)))
        {
            cancellation.ThrowIfCancellationRequested();
            var series = site.OrderBy(r => r.Step).Select(r => (r.Step, Value: r.Error / Math.Sqrt(r.Variance))).ToArray();
            for (var i = 0; i < series.Length; i++)
            {
                for (var j = i + 1; j < series.Length && series[j].Step - series[i].Step <= Most; j++)
                {
                    var (lag, product) = ((int)(series[j].Step - series[i].Step), series[i].Value * series[j].Value);
                    (sums[lag], squares[lag], pairs[lag]) = (sums[lag] + product, squares[lag] + (product * product), pairs[lag] + 1);
                }
            }
        }

        for (var lag = 1; lag <= Most; lag++)
        {
            // One lag by itself drowns in the errors of sparse observations, and sites that are seen now and then have no pairs at most lags.
            var (sum, square, count) = (0.0, 0.0, 0L);
            for (var next = lag; next <= Most && (next < lag + Math.Max(LeastLags, lag / 4) || count < LeastPairs); next++)
            {
                (sum, square, count) = (sum + sums[next], square + squares[next], count + pairs[next]);
            }

            if (count < LeastPairs)
            {
                return Most;
            }

            if (sum / count < Math.Max(variance / Math.E, Resolving * Math.Sqrt(square) / count))
            {
                return lag - 1;
            }
        }

        return Most;
    }

    /// <summary>The residuals at times of which no two of a trajectory are within a correlation length; which times is a matter of times alone.</summary>
    /// <param name="residuals">The residuals of one lead, in any order.</param>
    /// <param name="correlation">The correlation length in steps.</param>
    public static IReadOnlyList<WithheldResidual> Thinned(IEnumerable<WithheldResidual> residuals, int correlation)
    {
        List<WithheldResidual> kept = [];
        foreach (var trajectory in residuals.GroupBy(r => r.Trajectory).OrderBy(g => g.Key))
        {
            long? last = null;
            foreach (var time in trajectory.GroupBy(r => r.Step).OrderBy(g => g.Key))
            {
                if (last is null || time.Key - last > correlation)
                {
                    kept.AddRange(time);
                    last = time.Key;
                }
            }
        }

        return kept;
    }
}
