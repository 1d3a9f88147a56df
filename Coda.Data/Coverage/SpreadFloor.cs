namespace Coda.Data.Coverage;

/// <summary>What an estimate's error has beside its spread: E e² = τ² (s² + c²), as of a model's error that the spread does not know.</summary>
/// <remarks>a and b of E e² = a + b s² by weighted least squares of d² - σ² on 1 and s², with the weights of the Gaussian likelihood, 1/(σ² + a + b s²)²; c² =
/// a/b where a is two standard errors from 0. A negative c² says that small spreads are too large.</remarks>
public static class SpreadFloor
{
    private const double Resolving = 2; // standard errors
    private const double LeastShare = 0.25; // of s², that a negative floor leaves
    private const int Iterations = 20;

    /// <summary>Fits it.</summary>
    /// <param name="residuals">The residuals.</param>
    /// <returns>c², in the squared unit of the spread; 0 where it is not resolved.</returns>
    public static double Of(IReadOnlyCollection<WithheldResidual> residuals)
    {
        ArgumentNullException.ThrowIfNull(residuals);
        var (a, b, error) = (0.0, 1.0, double.PositiveInfinity);
        for (var iteration = 0; iteration < Iterations; iteration++)
        {
            var (m00, m01, m11, t0, t1) = (0.0, 0.0, 0.0, 0.0, 0.0);
            foreach (var r in residuals)
            {
                var (s2, n2) = (r.Spread * r.Spread, r.Deviation * r.Deviation);
                var (weight, y) = (1 / Math.Pow(n2 + Math.Max(a + (b * s2), LeastShare * b * s2), 2), (r.Error * r.Error) - n2);
                (m00, m01, m11, t0, t1) = (m00 + weight, m01 + (weight * s2), m11 + (weight * s2 * s2), t0 + (weight * y), t1 + (weight * s2 * y));
            }

            var determinant = (m00 * m11) - (m01 * m01);
            if (!(determinant > 1e-9 * m00 * m11))
            {
                return 0; // of one spread, the two are not told apart
            }

            (a, b, error) = (((t0 * m11) - (t1 * m01)) / determinant, ((t1 * m00) - (t0 * m01)) / determinant, Math.Sqrt(2 * m11 / determinant));
            if (!(b > 0))
            {
                return 0;
            }
        }

        return Math.Abs(a) > Resolving * error ? a / b : 0;
    }

    /// <summary>√(s² + c²), of a negative c² at least half of s.</summary>
    /// <param name="spread">s.</param>
    /// <param name="floor">c².</param>
    public static double Add(double spread, double floor) => Math.Sqrt(Math.Max((spread * spread) + floor, LeastShare * spread * spread));
}
