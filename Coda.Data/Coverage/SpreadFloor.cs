namespace Coda.Data.Coverage;

/// <summary>What an estimate's error has beside its spread: E e² = τ² (s² + c²), as of a model's error that the spread does not know.</summary>
/// <remarks>a and b of E e² = a + b s² by weighted least squares of d² - σ² on 1 and s², with the weights of the Gaussian likelihood, 1/(σ² + a + b s²)²; c² =
/// a/b where a is two standard errors, over blocks of time, from 0. A negative c² says that small spreads are too large.</remarks>
public static class SpreadFloor
{
    private const double Resolving = 2; // standard errors
    private const double LeastShare = 0.25; // of s², that a negative floor leaves
    private const int Iterations = 50;
    private const double Settled = 0.01; // standard errors that an iteration changes it by

    /// <summary>Fits it.</summary>
    /// <param name="residuals">The residuals.</param>
    /// <param name="blockLength">The steps of a block of time, at least 1, over which residuals depend on each other.</param>
    /// <returns>c², in the squared unit of the spread; 0 where it is not resolved, or the fit does not settle.</returns>
    public static double Of(IReadOnlyCollection<WithheldResidual> residuals, int blockLength = 1)
    {
        ArgumentNullException.ThrowIfNull(residuals);
        ArgumentOutOfRangeException.ThrowIfLessThan(blockLength, 1);
        var (a, b) = (0.0, 1.0);
        for (var iteration = 0; iteration < Iterations; iteration++)
        {
            var (m00, m01, m11, t0, t1) = (0.0, 0.0, 0.0, 0.0, 0.0);
            foreach (var r in residuals)
            {
                var (s2, n2) = (r.Spread * r.Spread, r.Deviation * r.Deviation);
                var (weight, y) = (Weight(r, a, b), (r.Error * r.Error) - n2);
                (m00, m01, m11, t0, t1) = (m00 + weight, m01 + (weight * s2), m11 + (weight * s2 * s2), t0 + (weight * y), t1 + (weight * s2 * y));
            }

            var determinant = (m00 * m11) - (m01 * m01);
            if (!(determinant > 1e-9 * m00 * m11))
            {
                return 0; // of one spread, the two are not told apart
            }

            var (before, independent) = (a, Math.Sqrt(2 * m11 / determinant));
            (a, b) = (((t0 * m11) - (t1 * m01)) / determinant, ((t1 * m00) - (t0 * m01)) / determinant);
            if (!(b > 0))
            {
                return 0;
            }

            if (Math.Abs(a - before) < Settled * independent)
            {
                var (level, slope) = (a, b);
                var blocks = residuals.GroupBy(r => (r.Trajectory, r.Step / blockLength)).Select(block => block.Sum(r =>
                    Weight(r, level, slope) * ((r.Error * r.Error) - (r.Deviation * r.Deviation) - level - (slope * r.Spread * r.Spread))
                        * (m11 - (m01 * r.Spread * r.Spread)) / determinant)).ToList();
                return Math.Abs(a) > Resolving * Math.Max(independent, BlockError.Of(blocks)) ? a / b : 0;
            }
        }

        return 0;
    }

    private static double Weight(WithheldResidual r, double a, double b)
    {
        var s2 = r.Spread * r.Spread;
        return 1 / Math.Pow((r.Deviation * r.Deviation) + Math.Max(a + (b * s2), LeastShare * b * s2), 2);
    }

    /// <summary>√(s² + c²), of a negative c² at least half of s.</summary>
    /// <param name="spread">s.</param>
    /// <param name="floor">c².</param>
    public static double Add(double spread, double floor) => Math.Sqrt(Math.Max((spread * spread) + floor, LeastShare * spread * spread));
}
