using MathNet.Numerics.Providers.LinearAlgebra;

namespace Coda.Data.Scoring;

/// <summary>The least-squares polynomial of one variable, from sums over all pairs that were added.</summary>
/// <remarks>Wilks (2005), doi:10.1256/qj.04.03, eq. 4, fits an unresolved tendency so. Not thread-safe.</remarks>
public sealed class PolynomialRegression
{
    private readonly double[] _powers; // Σ x^i
    private readonly double[] _products; // Σ x^i y
    private double _squares;

    /// <summary>Starts without pairs.</summary>
    /// <param name="greatestDegree">The greatest degree that <see cref="Fit"/> will be asked for, from 0 to 8.</param>
    /// <exception cref="ArgumentOutOfRangeException">A degree out of range.</exception>
    public PolynomialRegression(int greatestDegree)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(greatestDegree);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(greatestDegree, 8);
        (_powers, _products) = (new double[(2 * greatestDegree) + 1], new double[greatestDegree + 1]);
    }

    /// <summary>The number of pairs.</summary>
    public long Count => (long)_powers[0];

    /// <summary>Adds a pair.</summary>
    /// <param name="x">What the polynomial is of.</param>
    /// <param name="y">What it shall be.</param>
    public void Add(double x, double y)
    {
        _squares += y * y;
        var power = 1.0;
        for (var i = 0; i < _powers.Length; i++)
        {
            _powers[i] += power;
            if (i < _products.Length)
            {
                _products[i] += power * y;
            }

            power *= x;
        }
    }

    /// <summary>The best polynomial of a degree.</summary>
    /// <param name="degree">The degree, at most the greatest.</param>
    /// <exception cref="ArgumentException">Fewer different x than coefficients.</exception>
    public RegressionFit Fit(int degree)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(degree);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(degree, _products.Length);
        var coefficients = Solve(degree + 1);
        var explained = coefficients.Zip(_products, (c, p) => c * p).Sum();
        return new RegressionFit(degree, coefficients, Math.Sqrt(Math.Max(0, _squares - explained) / Count));
    }

    // Cholesky's solution of the normal equations Σ_j (Σ x^{i+j}) c_j = Σ x^i y.
    private double[] Solve(int size)
    {
        var (factor, coefficients) = (new double[size * size], _products[..size]);
        for (var at = 0; at < factor.Length; at++)
        {
            factor[at] = _powers[(at / size) + (at % size)];
        }

        if (!IsFactored(factor, size))
        {
            throw new ArgumentException($"Expected more than {size - 1} different values of x for a polynomial of degree {size - 1}, got fewer.");
        }

        ManagedLinearAlgebraProvider.Instance.CholeskySolveFactored(factor, size, coefficients, 1);
        return coefficients;
    }

    // Whether no pivot is 0 but for rounding.
    private bool IsFactored(double[] matrix, int size)
    {
        try
        {
            ManagedLinearAlgebraProvider.Instance.CholeskyFactor(matrix, size);
        }
        catch (ArgumentException)
        {
            return false; // a pivot that is not positive
        }

        return Enumerable.Range(0, size).All(i => Math.Pow(matrix[i * (size + 1)], 2) > 1e-13 * _powers[2 * i]);
    }
}
