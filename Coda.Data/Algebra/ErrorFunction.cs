namespace Coda.Data.Algebra;

/// <summary>The error function to double precision.</summary>
/// <remarks>erf x = 2/√π e^(-x²) Σ 2ⁿ x²ⁿ⁺¹ / (2n+1)!! for |x| below 2.5, and the continued fraction of erfc beyond (Abramowitz and Stegun 7.1.6,
/// 7.1.14).</remarks>
internal static class ErrorFunction
{
    public static double Of(double x)
    {
        var magnitude = Math.Abs(x);
        return magnitude < 2.5 ? Series(x) : magnitude > 6 ? Math.Sign(x) : double.IsNaN(x) ? x : Math.Sign(x) * (1 - Complement(magnitude));
    }

    private static double Series(double x)
    {
        // Kummer's form e^(-x²) Σ 2ⁿ x²ⁿ⁺¹ / (2n+1)!! has terms of one sign, so nothing cancels.
        var (term, sum) = (x, x);
        for (var n = 1; Math.Abs(term) > 1e-17 * Math.Abs(sum); n++)
        {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }

        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }

    private static double Complement(double x)
    {
        var fraction = x;
        for (var n = 60; n > 0; n--)
        {
            fraction = x + n / 2.0 / fraction;
        }

        return Math.Exp(-x * x) / (Math.Sqrt(Math.PI) * fraction);
    }
}
