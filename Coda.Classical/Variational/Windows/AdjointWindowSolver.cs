using System.Numerics.Tensors;
using Coda.Classical.Correlations;
using Coda.Classical.Numerics;
using Coda.Classical.Variational.Costs;
using Coda.Classical.Variational.Tangents;
using Coda.Inference.Forecasting;

namespace Coda.Classical.Variational.Windows;

/// <summary>Gauss-Newton without a matrix: each step's equations by conjugate gradients, from runs of the tangent and of the adjoint.</summary>
/// <remarks>
/// The control is v, x_0 = x_b + B^½ v, in which the Hessian is I + B^½ Gᵀ G B^½, G the rows of H M_{0:k} over their errors: as many eigenvalues are not 1 as
/// there are observations (incremental 4D-Var, P. Courtier, J.-N. Thépaut and A. Hollingsworth, Q. J. R. Meteorol. Soc. 120, 1994,
/// doi:10.1002/qj.49712051912). Memory grows with window times state, time with the iterations: for states that the dense way (<see cref="WindowSolver"/>)
/// cannot hold. Derivatives of the model's steps are prepared once a Gauss-Newton step, where the model can and memory holds them. A step that raises the
/// cost is taken back and damped, as there.
/// </remarks>
internal sealed class AdjointWindowSolver : IWindowSolver
{
    private const double FirstDamping = 1e-3;

    private readonly TrajectoryDerivatives _derivatives; // at the best state so far
    private readonly AlgebraMap<double> _operator;
    private readonly int _size;
    private readonly ConjugateGradientSolver _equations;
    private readonly double[] _bestState;
    private readonly double[] _departure;    // of the state from the background
    private readonly double[] _perturbation;
    private readonly double[] _next;
    private readonly double[] _values;       // what a map gives besides
    private readonly double[] _seen;         // [site]
    private readonly double[] _seenChange;   // [site]
    private ICovariance _covariance = new IndependentErrors([]);
    private double[] _control = [];          // [control], and so are those that follow
    private double[] _downhill = [];         // the gradient by the control at the best state so far, downhill
    private double[] _step = [];
    private double[] _trajectory = [];       // at the best state so far [time, space]
    private double[] _trial = [];            // [time, space]
    private double[] _departures = [];       // over their errors
    private double[] _weights = [];          // what the adjoint starts from, over their errors
    private (ObservationTerms Terms, int First, int Count)? _prepared; // for sensitivities, with the row that is analyzed
    private int _target;

    /// <summary>Makes a worker.</summary>
    /// <param name="model">The model M, which has an adjoint where a window has several steps, and the operator H.</param>
    /// <param name="settings">How far the equations of a step are solved.</param>
    /// <param name="isSingle">Whether the model and its derivatives are computed in single precision, where it can; states and sums stay in double.</param>
    /// <param name="mostBytes">The memory for derivatives along a trajectory; what does not fit is computed again each time, to the same bits.</param>
    public AdjointWindowSolver(
        LinearizedModel model, ConjugateGradientSettings? settings = null, bool isSingle = false, long mostBytes = TrajectoryDerivatives.UsualBytes)
    {
        _equations = new(settings ?? new());
        (_derivatives, _operator, _size) = (new(model, isSingle, mostBytes), model.StartOperator(), model.Layout.Size);
        (_bestState, _departure) = (new double[_size], new double[_size]);
        (_perturbation, _next, _values) = (new double[_size], new double[_size], new double[Math.Max(_size, model.SiteCount)]);
        (_seen, _seenChange) = (new double[model.SiteCount], new double[model.SiteCount]);
    }

    /// <inheritdoc/>
    public long Steps { get; private set; }

    /// <inheritdoc/>
    public double Minimize(
        Span<double> state, (ObservationTerms Terms, int First, int Count) window, Prior prior, int targetRow, int mostSteps, double tolerance)
    {
        var observed = window.Terms.At(window.First + window.Count - 1).End - window.Terms.At(window.First).Start;
        _covariance = prior.Covariance;
        Reserve(observed, window.Count);
        var (cost, damping, isSound) = (double.PositiveInfinity, 0.0, false);
        for (var step = 0; step < mostSteps; step++)
        {
            Steps++;
            var trial = Cost(state, window, prior);
            if (trial <= cost)
            {
                (cost, damping) = (trial, damping / 10);
                (_trajectory, _trial) = (_trial, _trajectory);
                state.CopyTo(_bestState);
                _derivatives.Linearize(_trajectory, window.Terms, window.First, window.Count);
                Downhill(window);
            }
            else
            {
                damping = Math.Max(10 * damping, FirstDamping);
            }

            if (double.IsPositiveInfinity(cost))
            {
                return double.NaN;
            }

            var isSolved = Solve(window, damping);
            var isFinite = TensorPrimitives.IsFiniteAll<double>(_step);
            isSound = isFinite && damping < FirstDamping;
            _covariance.Root(_step, _departure);
            TensorPrimitives.Add<double>(_bestState, _departure, state);
            if (!isFinite || (isSolved && TensorPrimitives.Dot<double>(_downhill, _step) < 2 * tolerance))
            {
                break; // a step that iterations cut short says nothing of what is left to gain
            }
        }

        if (!isSound)
        {
            _bestState.CopyTo(state); // not a step after a refused one that nobody has evaluated, nor one that is not finite
        }

        return 2 * cost / Math.Max(1, observed);
    }

    /// <inheritdoc/>
    public void Advance(Span<double> state, ObservationTerms terms, int first, int steps)
    {
        for (var k = 0; k < steps; k++)
        {
            _derivatives.Model.Apply(state, _next, 1, terms.Forcing(first + k));
            _next.CopyTo(state);
        }
    }

    /// <summary>Iterations of conjugate gradients since this worker was made.</summary>
    public long Iterations => _equations.Iterations;

    /// <summary>Begins with a window whose equations do not resemble those before.</summary>
    public void Begin() => _equations.Begin();

    /// <summary>H of a state.</summary>
    /// <param name="state">The state. [space]</param>
    /// <param name="values">Takes what would be observed. [site]</param>
    public void Observe(ReadOnlySpan<double> state, Span<double> values) => _operator.Apply(state, values, 1);

    /// <inheritdoc/>
    public bool Variances(Span<double> variances) => false;

    /// <inheritdoc/>
    public bool Prepare(ReadOnlySpan<double> state, (ObservationTerms Terms, int First, int Count) window, Prior prior, int targetRow)
    {
        _covariance = prior.Covariance;
        Reserve(window.Terms.At(window.First + window.Count - 1).End - window.Terms.At(window.First).Start, window.Count);
        var cost = Cost(state, window, prior);
        (_trajectory, _trial) = (_trial, _trajectory);
        _derivatives.Linearize(_trajectory, window.Terms, window.First, window.Count);
        (_prepared, _target) = (window, targetRow);
        return double.IsFinite(cost);
    }

    /// <inheritdoc/>
    public void Pull(ReadOnlySpan<double> gradient, Span<double> sensitivities)
    {
        var window = _prepared ?? throw new InvalidOperationException("Expected a window that is prepared, got none.");
        Invert(gradient, window);
        Push(_step, window, _weights);
        var from = window.Terms.At(window.First).Start;
        for (var o = 0; o < sensitivities.Length; o++)
        {
            sensitivities[o] = _weights[o] / Math.Sqrt(window.Terms.Variances[from + o]);
        }
    }

    /// <inheritdoc/>
    public bool Covary(ReadOnlySpan<double> direction, Span<double> product)
    {
        Invert(direction, _prepared ?? throw new InvalidOperationException("Expected a window that is prepared, got none."));
        _covariance.Root(_step, _perturbation);
        for (var k = 0; k < _target; k++)
        {
            _derivatives.Push(k, _perturbation);
        }

        _perturbation.CopyTo(product);
        return true;
    }

    /// <summary>Frees the model's buffers.</summary>
    public void Dispose()
    {
        _derivatives.Dispose();
        _operator.Dispose();
    }

    // The cost of the trajectory from a state, which is kept with its departures.
    private double Cost(ReadOnlySpan<double> state, (ObservationTerms Terms, int First, int Count) window, Prior prior)
    {
        TensorPrimitives.Subtract(state, prior.Mean, _departure);
        _covariance.InverseRoot(_departure, _control);
        var cost = 0.0;
        foreach (var v in _control)
        {
            cost += 0.5 * v * v;
        }

        state.CopyTo(_trial);
        for (var k = 0; k < window.Count; k++)
        {
            var x = Row(_trial, k);
            if (k > 0)
            {
                _derivatives.Model.Apply(Row(_trial, k - 1), x, 1, window.Terms.Forcing(window.First + k - 1));
            }

            cost += Observe(x, window.Terms, window.First + k, window.Terms.At(window.First).Start);
        }

        return double.IsFinite(cost) ? cost : double.PositiveInfinity;
    }

    private double Observe(ReadOnlySpan<double> x, ObservationTerms terms, int row, int from)
    {
        var (start, end) = terms.At(row);
        if (start == end)
        {
            return 0;
        }

        var cost = 0.0;
        _operator.Apply(x, _seen, 1);
        for (var o = start; o < end; o++)
        {
            var departure = (terms.Values[o] - _seen[terms.Sites[o]]) / Math.Sqrt(terms.Variances[o]);
            _departures[o - from] = departure;
            cost += 0.5 * departure * departure;
        }

        return cost;
    }

    // (I + B^½ᵀ GᵀG B^½)⁻¹ B^½ᵀ Φᵀ times a gradient by the analysis, into the step.
    private void Invert(ReadOnlySpan<double> gradient, (ObservationTerms Terms, int First, int Count) window)
    {
        gradient.CopyTo(_perturbation);
        for (var k = _target - 1; k >= 0; k--)
        {
            _derivatives.Pull(k, _perturbation);
        }

        _covariance.TransposedRoot(_perturbation, _downhill);
        Solve(window, 0);
    }

    private void Downhill((ObservationTerms Terms, int First, int Count) window)
    {
        Pull(_departures, window, _downhill);
        TensorPrimitives.Subtract<double>(_downhill, _control, _downhill);
    }

    // (Hessian + λ I) δv = downhill; whether they are solved. Where iterations run out it is a shorter step downhill all the same.
    private bool Solve((ObservationTerms Terms, int First, int Count) window, double damping) => _equations.Solve(_downhill, _step, (direction, image) =>
    {
        Push(direction, window, _weights);
        Pull(_weights, window, image);
        TensorPrimitives.MultiplyAdd(direction, 1 + damping, image, image);
    });

    // G B^½ times a change of the control. [observation]
    private void Push(double[] change, (ObservationTerms Terms, int First, int Count) window, double[] seen)
    {
        var (terms, first, count) = window;
        var from = terms.At(first).Start;
        _covariance.Root(change, _perturbation);
        for (var k = 0; k < count; k++)
        {
            var (start, end) = terms.At(first + k);
            if (end > start)
            {
                _operator.Push(Row(_trajectory, k), _perturbation, _values, _seenChange, 1);
            }

            for (var o = start; o < end; o++)
            {
                seen[o - from] = _seenChange[terms.Sites[o]] / Math.Sqrt(terms.Variances[o]);
            }

            if (k + 1 < count)
            {
                _derivatives.Push(k, _perturbation);
            }
        }
    }

    // B^½ Gᵀ times weights of the observations. [space]
    private void Pull(double[] weights, (ObservationTerms Terms, int First, int Count) window, double[] gradient)
    {
        var (terms, first, count) = window;
        var from = terms.At(first).Start;
        Array.Clear(_perturbation);
        for (var k = count - 1; k >= 0; k--)
        {
            if (k + 1 < count)
            {
                _derivatives.Pull(k, _perturbation);
            }

            var (start, end) = terms.At(first + k);
            if (end == start)
            {
                continue;
            }

            Array.Clear(_seenChange);
            for (var o = start; o < end; o++)
            {
                _seenChange[terms.Sites[o]] += weights[o - from] / Math.Sqrt(terms.Variances[o]);
            }

            _operator.Pull(Row(_trajectory, k), _seenChange, _values, _next, 1);
            TensorPrimitives.Add<double>(_perturbation, _next, _perturbation);
        }

        _covariance.TransposedRoot(_perturbation, gradient);
    }

    private Span<double> Row(double[] trajectory, int k) => trajectory.AsSpan(k * _size, _size);

    private void Reserve(int observed, int steps)
    {
        if (_departures.Length < observed)
        {
            (_departures, _weights) = (new double[observed], new double[observed]);
        }

        if (_control.Length != _covariance.ControlSize)
        {
            var size = _covariance.ControlSize;
            (_control, _downhill, _step) = (new double[size], new double[size], new double[size]);
        }

        if (_trial.Length < steps * _size)
        {
            (_trajectory, _trial) = (new double[steps * _size], new double[steps * _size]);
        }
    }
}
