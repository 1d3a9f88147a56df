using System.Numerics.Tensors;
using Coda.Classical.Numerics;
using Coda.Classical.Variational.Costs;
using Coda.Classical.Variational.Tangents;

namespace Coda.Classical.Variational.Smoothing;

/// <summary>One worker's Gauss-Newton passes over a trajectory: a pass minimizes the weak-constraint cost linearized about the last one.</summary>
/// <remarks>
/// J(x_0, ..., x_N) = ½ |x_0 - x_b|² / b + ½ Σ |x_{k+1} - M(x_k)|² / q + ½ Σ (y - H(x_k))ᵀ R⁻¹ (y - H(x_k)); one pass is an extended Rauch-Tung-Striebel
/// smoother about the last trajectory (Bell, 1994, doi:10.1137/0804035), and its normal equations are block-tridiagonal. They are solved in information form,
/// by the Cholesky factors of S_k = q A_k + MᵀM, where A_k is the filter's information after the observations at k:
/// UᵀU = S_k, W = U⁻ᵀMᵀ, A_{k+1} = (I - WᵀW) / q + HᵀR⁻¹H, and back δ_k = U⁻¹ (z_k + W δ_{k+1}).
/// That takes a third of the products of the covariance form. The posterior covariance is C_k = U⁻¹ (q I + W C_{k+1} Wᵀ) U⁻ᵀ.
/// Where entries have shares of q, Q = q R, it is MᵀR⁻¹M in S, U⁻ᵀMᵀR⁻¹ in the place of W, and R⁻¹ in that of I in A; all else stays as it is.
/// </remarks>
internal sealed class TrajectorySmoother : ITrajectorySmoother
{
    private const int Batch = 8; // steps linearized at once; their arrays stay in the second-level cache

    private readonly Jacobian _model;
    private readonly Jacobian _observations;
    private readonly int _size;
    private readonly int _square;    // the length of a row of a square matrix
    private readonly int _stride;    // the length of a row of [S | Mᵀ | z]
    private readonly double[] _system;
    private readonly double[] _matrix;
    private readonly double[] _transpose;
    private readonly double[] _product;
    private readonly double[] _information;
    private readonly double[] _vector;
    private readonly double[] _departure;
    private readonly double[] _scratch;
    private readonly double[] _weighted;
    private double[] _factors = [];  // [time, row, stride]
    private int _count;
    private double _variance;

    /// <summary>Makes a worker.</summary>
    /// <param name="model">The model M and the operator H.</param>
    public TrajectorySmoother(LinearizedModel model)
    {
        (_model, _observations, _size) = (model.StartModel(), model.StartObservations(), model.Layout.Size);
        (_square, _stride) = (BlockedCholesky<double>.Stride(_size), BlockedCholesky<double>.Stride((2 * _size) + 1));
        _system = new double[MatrixProduct.Entries(_size, _stride)];
        _matrix = new double[MatrixProduct.Entries(_size, _square)];
        _transpose = new double[MatrixProduct.Entries(_size, _square)];
        _product = new double[MatrixProduct.Entries(_size, _stride)];
        _weighted = new double[MatrixProduct.Entries(_size, _square)];
        _information = new double[MatrixProduct.Entries(_size, _square)];
        (_vector, _departure) = (new double[_size], new double[_size]);
        _scratch = new double[2 * 32 * (_size + 4)];
    }

    /// <summary>Told the covariances of which <see cref="Variances"/> gives the diagonals; nothing by default.</summary>
    public LastEntries? Last { get; init; }

    /// <summary>How the model's error variance is shared among entries; nothing where all have the same. Members that draw errors have none.</summary>
    public ErrorShares? Shares { get; init; }

    /// <summary>Where the last pass leaves the information on its last step, the inverse of that state's covariance given all observations up to then; nothing
    /// by default. [space, space]</summary>
    public double[]? FinalInformation { get; init; }

    /// <summary>The logarithm of the determinant of the last pass's normal equations, J'' as if M and H were linear: of their Cholesky factors.</summary>
    public double LogDeterminant
    {
        get
        {
            var sum = -(_count - 1) * _size * Math.Log(_variance); // all but the last step's factor are of q times the block
            for (var k = 0; k < _count; k++)
            {
                for (var i = 0; i < _size; i++)
                {
                    sum += 2 * Math.Log(Factor(k)[(i * _stride) + i]);
                }
            }

            return sum;
        }
    }

    /// <inheritdoc/>
    public Pass Pass(Span<double> states, ObservationTerms observations, Prior prior, double modelVariance)
    {
        (_count, _variance) = (states.Length / _size, modelVariance);
        Reserve(_count);
        return new Pass(Forward(states, observations, prior) ? Backward(states) : double.NaN);
    }

    /// <summary>Solves the normal equations of the last pass once more, for another right-hand side: J'' δ = r, from its factors.</summary>
    /// <remarks>z_k = U⁻ᵀ q v_k, v_{k+1} = Wᵀ z_k / q + r_{k+1}, and back as a pass does. With a cost's gradient by the states as r, R⁻¹ H δ is its
    /// gradient by what was observed: Kᵀ r.</remarks>
    /// <param name="right">The right-hand side, replaced by the solution. [time, space]</param>
    public void Solve(Span<double> right)
    {
        var (n, q) = (_size, _variance);
        right[..n].CopyTo(_vector);
        for (var k = 0; k < _count; k++)
        {
            var factor = Factor(k);
            TensorPrimitives.Multiply(_vector, k + 1 < _count ? q : 1, _vector);
            for (var i = 0; i < n; i++) // U⁻ᵀ, by columns
            {
                _vector[i] /= factor[(i * _stride) + i];
                var rest = _vector.AsSpan(i + 1);
                TensorPrimitives.MultiplyAdd(factor.Slice((i * _stride) + i + 1, n - i - 1), -_vector[i], rest, rest);
            }

            Array.Clear(_departure);
            for (var i = 0; i < n; i++)
            {
                factor[(i * _stride) + (2 * n)] = _vector[i];
                if (k + 1 < _count)
                {
                    TensorPrimitives.MultiplyAdd(factor.Slice((i * _stride) + n, n), _vector[i] / q, _departure, _departure);
                }
            }

            if (k + 1 < _count)
            {
                TensorPrimitives.Add(right.Slice((k + 1) * n, n), _departure, _vector);
            }
        }

        right.Clear();
        Backward(right);
    }

    /// <inheritdoc/>
    public TrajectoryCost Cost(ReadOnlySpan<double> states, ObservationTerms observations, Prior prior, double modelVariance)
    {
        var cost = new TrajectoryCost(states.Length / _size, Shares);
        for (var first = 0; first < cost.Count; first += Batch)
        {
            cost.Add(states, first, Math.Min(Batch, cost.Count - first), observations, modelVariance, _model, _observations,
                prior.ModelErrorDraws.Span);
        }

        cost.AddPrior(states[.._size], prior);
        return cost;
    }

    /// <inheritdoc/>
    public int Variances(Span<double> variances)
    {
        var covariance = _information; // the last step's factor is [A | I]; what is to its right came out as U⁻ᵀ
        var factor = Factor(_count - 1);
        var inverse = factor[_size..];
        MatrixProduct.Multiply(inverse, 1, _stride, inverse, _stride, covariance, _square, (_size, _size, _size));
        Diagonal(covariance, variances.Slice((_count - 1) * _size, _size));
        Last?.Clear();
        Last?.Add(covariance, _size, _square);
        for (var k = _count - 2; k >= 0; k--)
        {
            factor = Factor(k);
            MatrixProduct.Multiply(factor[_size..], _stride, 1, covariance, _square, _matrix, _square, (_size, _size, _size));
            MatrixProduct.Transpose(factor[_size..], _stride, _transpose, _square, _size, _size);
            MatrixProduct.Multiply(_matrix, _square, 1, _transpose, _square, covariance, _square, (_size, _size, _size));
            for (var i = 0; i < _size; i++)
            {
                covariance[(i * _square) + i] += _variance;
            }

            MatrixProduct.SolveUpper(factor, _stride, covariance, _square, _size, _size);
            MatrixProduct.Transpose(covariance, _square, _transpose, _square, _size, _size);
            MatrixProduct.SolveUpper(factor, _stride, _transpose, _square, _size, _size);
            _transpose.AsSpan(0, _size * _square).CopyTo(covariance);
            Diagonal(covariance, variances.Slice(k * _size, _size));
            Last?.Add(covariance, _size, _square);
        }

        Array.Clear(_matrix);
        Array.Clear(_transpose);
        return 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _model.Dispose();
        _observations.Dispose();
    }

    private bool Forward(ReadOnlySpan<double> states, ObservationTerms observations, Prior prior)
    {
        Array.Clear(_information);
        for (var i = 0; i < _size; i++)
        {
            _information[(i * _square) + i] = 1 / prior.Variances[i];
            _vector[i] = (prior.Mean[i] - states[i]) / prior.Variances[i];
        }

        if (prior.Information is { } known)
        {
            Begin(states[.._size], prior.Mean, known);
        }

        for (var first = 0; first < _count; first += Batch)
        {
            var count = Math.Min(Batch, _count - first);
            var part = states.Slice(first * _size, count * _size);
            _model.Evaluate(part, count, observations.Forcing(first, count));
            _observations.Evaluate(part, count);
            for (var row = 0; row < count; row++)
            {
                var k = first + row;
                AddObservations(row, k, observations);
                if (!(k + 1 < _count ? Eliminate(row, k, states.Slice((k + 1) * _size, _size), prior.ModelErrorDraws.Span) : Finish()))
                {
                    return false;
                }
            }
        }

        return true;
    }

    // A, and A (x_b - x).
    private void Begin(ReadOnlySpan<double> state, double[] mean, double[] information)
    {
        TensorPrimitives.Subtract(mean, state, _departure);
        for (var i = 0; i < _size; i++)
        {
            var row = information.AsSpan(i * _size, _size);
            row.CopyTo(_information.AsSpan(i * _square, _size));
            _vector[i] = TensorPrimitives.Dot<double>(row, _departure);
        }
    }

    // A += HᵀR⁻¹H and a += HᵀR⁻¹ (y - H(x)).
    private void AddObservations(int row, int k, ObservationTerms observations)
    {
        var (start, end) = observations.At(k);
        for (var o = start; o < end; o++)
        {
            var site = observations.Sites[o];
            var columns = _observations.ColumnsOf[site];
            var departure = (observations.Values[o] - _observations.Value(row)[site]) / observations.Variances[o];
            foreach (var i in columns)
            {
                var weight = _observations.Entry(row, site, i);
                _vector[i] += weight * departure;
                foreach (var j in columns)
                {
                    _information[(i * _square) + j] += weight * _observations.Entry(row, site, j) / observations.Variances[o];
                }
            }
        }
    }

    private bool Eliminate(int row, int k, ReadOnlySpan<double> next, ReadOnlySpan<double> draws)
    {
        var (n, q) = (_size, _variance);
        _model.Expand(row, _matrix, _square, _transpose, _square);
        MatrixProduct.Multiply(Weighted(), 1, _square, _matrix, _square, _system, _stride, (n, n, n), upperOnly: true); // MᵀM
        TensorPrimitives.Subtract(_model.Value(row), next, _departure);
        TrajectoryCost.AddDraw(_departure, draws, k, q);
        for (var i = 0; i < n; i++)
        {
            var target = _system.AsSpan(i * _stride, _stride);
            TensorPrimitives.MultiplyAdd(_information.AsSpan((i * _square) + i, n - i), q, target[i..n], target[i..n]);
            _transpose.AsSpan(i * _square, n).CopyTo(target[n..]);
            target[2 * n] = (q * _vector[i]) - TensorPrimitives.Dot(_transpose.AsSpan(i * _square, n), _departure);
            target[((2 * n) + 1)..].Clear();
        }

        if (!BlockedCholesky<double>.Factor(_system, n, _stride, _scratch))
        {
            return false;
        }

        _system.AsSpan(0, n * _stride).CopyTo(Factor(k));
        var right = _system.AsSpan(n); // [W | z]
        MatrixProduct.Multiply(right, 1, _stride, right, _stride, _product, _stride, (n, n, n + 1), upperOnly: true);
        for (var i = 0; i < n; i++)
        {
            var source = _product.AsSpan(i * _stride, n + 1);
            var target = _information.AsSpan(i * _square, n);
            TensorPrimitives.Multiply(source[..n], -1 / q, target);
            var inverse = Shares is null ? 1 : Shares.Inverse[i];
            target[i] += inverse / q;
            _vector[i] = ((_departure[i] * inverse) + source[n]) / q;
        }

        return true;
    }

    // R⁻¹M; Mᵀ becomes MᵀR⁻¹.
    private double[] Weighted()
    {
        if (Shares is null)
        {
            return _matrix;
        }

        for (var i = 0; i < _size; i++)
        {
            TensorPrimitives.Multiply(_matrix.AsSpan(i * _square, _size), Shares.Inverse[i], _weighted.AsSpan(i * _square, _size));
            TensorPrimitives.Multiply(_transpose.AsSpan(i * _square, _size), Shares.Inverse, _transpose.AsSpan(i * _square, _size));
        }

        return _weighted;
    }

    // The last step has no next: its factor is of A itself, with I in the place of Mᵀ.
    private bool Finish()
    {
        var n = _size;
        for (var i = 0; i < n; i++)
        {
            var target = _system.AsSpan(i * _stride, _stride);
            target.Clear();
            _information.AsSpan((i * _square) + i, n - i).CopyTo(target[i..]);
            target[n + i] = 1;
            target[2 * n] = _vector[i];
            for (var j = i; j < n && FinalInformation is not null; j++)
            {
                FinalInformation[(i * n) + j] = FinalInformation[(j * n) + i] = _information[(i * _square) + j]; // of which the upper half is kept
            }
        }

        if (!BlockedCholesky<double>.Factor(_system, n, _stride, _scratch))
        {
            return false;
        }

        _system.AsSpan(0, n * _stride).CopyTo(Factor(_count - 1));
        return true;
    }

    private double Backward(Span<double> states)
    {
        var (n, sum) = (_size, 0.0);
        var (delta, right) = (_departure, _vector);
        for (var k = _count - 1; k >= 0; k--)
        {
            var factor = Factor(k);
            for (var i = 0; i < n; i++)
            {
                var z = factor[(i * _stride) + (2 * n)];
                right[i] = k == _count - 1 ? z : z + TensorPrimitives.Dot(factor.Slice((i * _stride) + n, n), delta);
            }

            BlockedCholesky<double>.SolveUpper(factor, n, _stride, right);
            right.CopyTo(delta, 0);
            var state = states.Slice(k * n, n);
            TensorPrimitives.Add(state, delta, state);
            sum += TensorPrimitives.SumOfSquares<double>(delta);
        }

        return Math.Sqrt(sum / states.Length);
    }

    private void Diagonal(ReadOnlySpan<double> matrix, Span<double> diagonal)
    {
        for (var i = 0; i < _size; i++)
        {
            diagonal[i] = matrix[(i * _square) + i];
        }
    }

    private Span<double> Factor(int k) => _factors.AsSpan(k * _size * _stride, _size * _stride);

    private void Reserve(int count)
    {
        var length = MatrixProduct.Entries(count * _size, _stride);
        if (_factors.Length < length)
        {
            _factors = new double[length];
        }
    }
}
