using System.Numerics.Tensors;
using Coda.Classical.Numerics;
using Coda.Classical.Variational.Costs;
using Coda.Classical.Variational.Tangents;

namespace Coda.Classical.Variational.Windows;

/// <summary>Gauss-Newton with matrices of the state.</summary>
/// <remarks>
/// The tangent-linear model carries all K perturbations through the window; the
/// rows of G = H M_{0:k}, each divided by its error, give the Hessian B⁻¹ + GᵀG and, by their transpose, the adjoint, the gradient. A step that raises the cost
/// is taken back and damped (Marquardt, 1963).
/// </remarks>
internal sealed class WindowSolver : IWindowSolver
{
    private const double FirstDamping = 1e-3;

    private readonly Jacobian _model;
    private readonly Jacobian _observations;
    private readonly int _size;
    private readonly int _square;
    private readonly int _stride;          // of a row of [Hessian | Φᵀ | gradient]
    private readonly double[] _system;
    private readonly double[] _hessian;
    private readonly double[] _best;       // the Hessian at the best state so far
    private readonly double[] _scratch;
    private readonly double[] _gradient;
    private readonly double[] _bestGradient;
    private readonly double[] _bestState;
    private readonly double[] _direction;
    private double[] _tangent;             // Φ_k = M_{0:k}
    private double[] _nextTangent;
    private readonly double[] _target;     // Φ at the step whose spread is wanted
    private double[] _rows = [];           // G
    private double[] _deviations = [];     // of the observations whose rows they are, for sensitivities

    /// <summary>Makes a worker.</summary>
    /// <param name="model">The model M and the operator H.</param>
    public WindowSolver(LinearizedModel model)
    {
        (_model, _observations, _size) = (model.StartModel(), model.StartObservations(), model.Layout.Size);
        (_square, _stride) = (BlockedCholesky<double>.Stride(_size), BlockedCholesky<double>.Stride((2 * _size) + 1));
        var entries = MatrixProduct.Entries(_size, _square);
        (_hessian, _best) = (new double[entries], new double[entries]);
        (_tangent, _nextTangent, _target) = (new double[entries], new double[entries], new double[entries]);
        _system = new double[MatrixProduct.Entries(_size, _stride)];
        _scratch = new double[2 * 32 * (_size + 4)];
        (_gradient, _bestGradient, _bestState, _direction) = (new double[_size], new double[_size], new double[_size], new double[_size]);
    }

    /// <inheritdoc/>
    public long Steps { get; private set; }

    /// <inheritdoc/>
    public double Minimize(
        Span<double> state, (ObservationTerms Terms, int First, int Count) window, Prior prior, int targetRow, int mostSteps, double tolerance)
    {
        var (cost, damping) = (double.PositiveInfinity, 0.0);
        var observed = window.Terms.At(window.First + window.Count - 1).End - window.Terms.At(window.First).Start;
        for (var step = 0; step < mostSteps; step++)
        {
            Steps++;
            var trial = Linearize(state, window, prior, targetRow);
            if (trial <= cost)
            {
                (cost, damping) = (trial, damping / 10);
                _hessian.CopyTo(_best, 0);
                _gradient.CopyTo(_bestGradient, 0);
                state.CopyTo(_bestState);
            }
            else
            {
                damping = Math.Max(10 * damping, FirstDamping * MeanDiagonal(_best));
            }

            if (double.IsPositiveInfinity(cost) || !Solve(damping))
            {
                return double.NaN;
            }

            TensorPrimitives.Add<double>(_bestState, _direction, state);
            if (TensorPrimitives.Dot<double>(_bestGradient, _direction) < 2 * tolerance)
            {
                break;
            }
        }

        return 2 * cost / Math.Max(1, observed);
    }

    /// <inheritdoc/>
    public void Advance(Span<double> state, ObservationTerms terms, int first, int steps)
    {
        for (var k = 0; k < steps; k++)
        {
            _model.Apply(state, _direction, 1, terms.Forcing(first + k));
            _direction.CopyTo(state);
        }
    }

    /// <inheritdoc/>
    public bool Variances(Span<double> variances)
    {
        variances.Clear();
        for (var i = 0; i < _size; i++)
        {
            var row = _system.AsSpan((i * _stride) + _size, _size); // U⁻ᵀ Φᵀ
            TensorPrimitives.MultiplyAdd(row, row, variances, variances);
        }

        return true;
    }

    /// <inheritdoc/>
    public bool Prepare(ReadOnlySpan<double> state, (ObservationTerms Terms, int First, int Count) window, Prior prior, int targetRow)
    {
        var cost = Linearize(state, window, prior, targetRow);
        var (from, end) = (window.Terms.At(window.First).Start, window.Terms.At(window.First + window.Count - 1).End);
        _deviations = Array.ConvertAll(window.Terms.Variances[from..end], Math.Sqrt);
        _hessian.CopyTo(_best, 0);
        _gradient.CopyTo(_bestGradient, 0);
        return double.IsFinite(cost) && Solve(0);
    }

    /// <inheritdoc/>
    public void Pull(ReadOnlySpan<double> gradient, Span<double> sensitivities)
    {
        for (var i = 0; i < _size; i++)
        {
            _direction[i] = TensorPrimitives.Dot(_system.AsSpan((i * _stride) + _size, _size), gradient); // U⁻ᵀ Φᵀ g
        }

        BlockedCholesky<double>.SolveUpper(_system, _size, _stride, _direction);
        for (var o = 0; o < _deviations.Length; o++)
        {
            sensitivities[o] = TensorPrimitives.Dot<double>(_rows.AsSpan(o * _square, _size), _direction) / _deviations[o];
        }
    }

    /// <inheritdoc/>
    public bool Covary(ReadOnlySpan<double> direction, Span<double> product)
    {
        product.Clear();
        for (var i = 0; i < _size; i++)
        {
            var row = _system.AsSpan((i * _stride) + _size, _size);
            TensorPrimitives.MultiplyAdd(row, TensorPrimitives.Dot(row, direction), product, product);
        }

        return true;
    }

    /// <summary>Frees the model's buffers.</summary>
    public void Dispose()
    {
        _model.Dispose();
        _observations.Dispose();
    }

    // The cost at a state, with gradient (downhill) and Hessian.
    private double Linearize(ReadOnlySpan<double> state, (ObservationTerms Terms, int First, int Count) window, Prior prior, int targetRow)
    {
        var (terms, first, count) = window;
        var (from, end) = (terms.At(first).Start, terms.At(first + count - 1).End);
        Reserve(end - from);
        var cost = Background(state, prior);
        StartTangent();
        var x = state.ToArray();
        for (var k = 0; k < count; k++)
        {
            cost += Observe(x, terms, first + k, from);
            if (k == targetRow)
            {
                _tangent.CopyTo(_target, 0);
            }

            if (k + 1 < count)
            {
                _model.Evaluate(x, 1, terms.Forcing(first + k));
                _model.Value(0).CopyTo(x);
                _model.Multiply(0, _tangent, _nextTangent, _square, _size);
                (_tangent, _nextTangent) = (_nextTangent, _tangent);
            }
        }

        MatrixProduct.Multiply(_rows, 1, _square, _rows, _square, _hessian, _square, (_size, end - from, _size), upperOnly: true);
        for (var i = 0; i < _size; i++)
        {
            _hessian[(i * _square) + i] += 1 / prior.Variances[i];
        }

        return double.IsFinite(cost) ? cost : double.PositiveInfinity;
    }

    private double Background(ReadOnlySpan<double> state, Prior prior)
    {
        var cost = 0.0;
        for (var i = 0; i < _size; i++)
        {
            _gradient[i] = (prior.Mean[i] - state[i]) / prior.Variances[i];
            cost += 0.5 * (prior.Mean[i] - state[i]) * _gradient[i];
        }

        return cost;
    }

    private void StartTangent()
    {
        Array.Clear(_tangent);
        for (var i = 0; i < _size; i++)
        {
            _tangent[(i * _square) + i] = 1;
        }
    }

    private double Observe(ReadOnlySpan<double> x, ObservationTerms terms, int row, int from)
    {
        var (start, end) = terms.At(row);
        if (start == end)
        {
            return 0;
        }

        var cost = 0.0;
        _observations.Evaluate(x, 1);
        for (var o = start; o < end; o++)
        {
            var (site, sigma) = (terms.Sites[o], Math.Sqrt(terms.Variances[o]));
            var departure = (terms.Values[o] - _observations.Value(0)[site]) / sigma;
            var target = _rows.AsSpan((o - from) * _square, _size);
            target.Clear();
            foreach (var i in _observations.ColumnsOf[site])
            {
                TensorPrimitives.MultiplyAdd(_tangent.AsSpan(i * _square, _size), _observations.Entry(0, site, i) / sigma, target, target);
            }

            TensorPrimitives.MultiplyAdd(target, departure, _gradient, _gradient);
            cost += 0.5 * departure * departure;
        }

        return cost;
    }

    // (Hessian + λ I) δ = gradient, with Φᵀ taken along for the spread.
    private bool Solve(double damping)
    {
        for (var i = 0; i < _size; i++)
        {
            var target = _system.AsSpan(i * _stride, _stride);
            target.Clear();
            _best.AsSpan((i * _square) + i, _size - i).CopyTo(target[i..]);
            target[i] += damping;
            target[2 * _size] = _bestGradient[i];
            for (var j = 0; j < _size; j++)
            {
                target[_size + j] = _target[(j * _square) + i];
            }
        }

        if (!BlockedCholesky<double>.Factor(_system, _size, _stride, _scratch))
        {
            return false;
        }

        for (var i = 0; i < _size; i++)
        {
            _direction[i] = _system[(i * _stride) + (2 * _size)];
        }

        BlockedCholesky<double>.SolveUpper(_system, _size, _stride, _direction);
        return true;
    }

    private double MeanDiagonal(ReadOnlySpan<double> matrix)
    {
        var sum = 0.0;
        for (var i = 0; i < _size; i++)
        {
            sum += matrix[(i * _square) + i];
        }

        return sum / _size;
    }

    private void Reserve(int rows)
    {
        var length = MatrixProduct.Entries(rows, _square);
        if (_rows.Length < length)
        {
            _rows = new double[length];
        }
    }
}
