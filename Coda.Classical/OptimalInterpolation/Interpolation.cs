using System.Numerics;
using System.Numerics.Tensors;
using Coda.Classical.Numerics;
using Coda.Classical.Observed;

namespace Coda.Classical.OptimalInterpolation;

/// <summary>One worker's optimal interpolation: x_a = m + C_xo (C_oo + R)⁻¹ (y - m).</summary>
/// <typeparam name="F"><see cref="float"/>, or <see cref="double"/> where the error is so small that the matrix is nearly singular.</typeparam>
internal sealed class Interpolation<F>
    where F : unmanaged, IBinaryFloatingPointIeee754<F>
{
    private const int MostAttempts = 12;

    private readonly CovarianceRows<F> _covariance;
    private readonly F[] _state;
    private readonly F[] _variance;
    private F[] _matrix = [];
    private F[] _scratch = [];

    /// <summary>Makes a worker.</summary>
    /// <param name="covariance">The signal's covariance.</param>
    public Interpolation(CovarianceRows<F> covariance) =>
        (_covariance, _state, _variance) = (covariance, new F[covariance.PointCount], new F[covariance.PointCount]);

    /// <summary>Analyzes one step.</summary>
    /// <param name="observations">The observations.</param>
    /// <param name="start">The first that is used.</param>
    /// <param name="end">The one after the last.</param>
    /// <param name="row">The row that is analyzed.</param>
    /// <param name="withSpread">Whether to compute the spread too.</param>
    /// <returns>The departure from the mean and, if asked for, the part of the variance that the observations explain; valid until the next call.
    /// [point]</returns>
    public (ReadOnlyMemory<F> State, ReadOnlyMemory<F> Explained) Analyze(ObservationList<F> observations, int start, int end, int row, bool withSpread)
    {
        var n = end - start;
        var stride = BlockedCholesky<F>.Stride(n + 1 + (withSpread ? _covariance.PointCount : 0));
        Reserve(BlockedCholesky<F>.Entries(n, stride), 2 * 32 * Math.Max(n, 1));
        Factor(observations, start, n, row, stride, withSpread);
        var weights = _scratch.AsSpan(0, n);
        for (var i = 0; i < n; i++)
        {
            weights[i] = _matrix[(i * stride) + n];
        }

        BlockedCholesky<F>.SolveUpper(_matrix, n, stride, weights);
        Array.Clear(_state);
        Array.Clear(_variance);
        for (var i = 0; i < n; i++)
        {
            var o = start + i;
            TensorPrimitives.MultiplyAdd(_covariance[row - observations.Times[o], observations.Points[o]], weights[i], _state, _state);
            if (withSpread)
            {
                var explained = _matrix.AsSpan((i * stride) + n + 1, _covariance.PointCount);
                TensorPrimitives.MultiplyAdd<F>(explained, explained, _variance, _variance);
            }
        }

        return (_state, _variance);
    }

    // Rounding can make a nearly singular matrix indefinite; then the error's variance is raised until it is not.
    private void Factor(ObservationList<F> observations, int start, int n, int row, int stride, bool withSpread)
    {
        var extra = F.Zero;
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            Fill(observations, start, n, row, stride, withSpread, extra);
            if (BlockedCholesky<F>.Factor(_matrix, n, stride, _scratch))
            {
                return;
            }

            extra = F.Max(extra * F.CreateTruncating(10), F.CreateTruncating(typeof(F) == typeof(float) ? 1e-6 : 1e-13) * _covariance[0, 0][0]);
        }

        throw new ArithmeticException("Expected a covariance matrix that is positive definite, got one that is not; are the reference observations constant?");
    }

    private void Fill(ObservationList<F> observations, int start, int n, int row, int stride, bool withSpread, F extra)
    {
        var times = observations.Times.AsSpan(start, n);
        var points = observations.Points.AsSpan(start, n);
        for (var i = 0; i < n; i++)
        {
            var target = _matrix.AsSpan(i * stride, stride);
            target[..i].Clear();
            for (var j = i; j < n;)
            {
                var time = times[j];
                var covariance = _covariance[time - times[i], points[i]];
                for (; j < n && times[j] == time; j++)
                {
                    target[j] = covariance[points[j]];
                }
            }

            target[i] += observations.Noise[start + i] + extra;
            target[n] = observations.Departures[start + i];
            target[(n + 1)..].Clear();
            if (withSpread)
            {
                _covariance[row - times[i], points[i]].CopyTo(target[(n + 1)..]);
            }
        }
    }

    private void Reserve(int matrix, int scratch)
    {
        if (_matrix.Length < matrix)
        {
            _matrix = new F[matrix];
        }

        if (_scratch.Length < scratch)
        {
            _scratch = new F[scratch];
        }
    }
}
