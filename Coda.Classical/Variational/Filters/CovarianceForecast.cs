using System.Numerics.Tensors;
using Coda.Classical.Numerics;
using Coda.Classical.Variational.Tangents;

namespace Coda.Classical.Variational.Filters;

/// <summary>The forecast of a covariance by the extended Kalman filter, P_f = ρ² M P_a Mᵀ + Q, Q diagonal. Not thread-safe.</summary>
internal sealed class CovarianceForecast
{
    private readonly int _size;
    private readonly double[] _errors;
    private readonly double[] _matrix;
    private readonly double[] _transpose;
    private readonly double[] _product;

    /// <summary>Makes the matrices.</summary>
    /// <param name="errors">The diagonal of Q, the variances of the model's error in one step. [space]</param>
    public CovarianceForecast(double[] errors)
    {
        (_errors, _size, Stride) = (errors, errors.Length, BlockedCholesky<double>.Stride(errors.Length));
        (_matrix, _transpose, _product) = (new double[Entries], new double[Entries], new double[Entries]);
    }

    /// <summary>The length of a row of P.</summary>
    public int Stride { get; }

    /// <summary>The length of an array that holds P.</summary>
    public int Entries => MatrixProduct.Entries(_size, Stride);

    /// <summary>The inflation ρ of the forecast's deviations.</summary>
    public double Inflation { get; init; } = 1;

    /// <summary>Forecasts a covariance.</summary>
    /// <param name="model">M, evaluated.</param>
    /// <param name="index">The state's place in its batch; not the same entries of M may differ from 0 in two models, each of which takes its own
    /// forecast.</param>
    /// <param name="covariance">P, symmetric, that of the analysis on entry, that of the forecast on return. [space, space]</param>
    public void Apply(Jacobian model, int index, Span<double> covariance)
    {
        model.Expand(index, _matrix, Stride, _transpose, Stride);
        MatrixProduct.Multiply(_matrix, Stride, 1, covariance, Stride, _product, Stride, (_size, _size, _size));
        MatrixProduct.Multiply(_product, Stride, 1, _transpose, Stride, covariance, Stride, (_size, _size, _size), upperOnly: true);
        for (var i = 0; i < _size; i++)
        {
            var upper = covariance.Slice((i * Stride) + i, _size - i);
            TensorPrimitives.Multiply(upper, Inflation * Inflation, upper);
            upper[0] += _errors[i];
            for (var j = 1; j < upper.Length; j++)
            {
                covariance[((i + j) * Stride) + i] = upper[j];
            }
        }
    }
}
