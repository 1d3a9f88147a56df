using System.Numerics.Tensors;
using Coda.Classical.Correlations;
using Coda.Classical.Numerics;
using Coda.Classical.Variational.Costs;
using Coda.Classical.Variational.Tangents;
using Coda.Data.Algebra;
using Coda.Inference.Forecasting;

namespace Coda.Classical.Variational.Smoothing;

/// <summary>Gauss-Newton passes without matrices: each one's equations by conjugate gradients, from runs of the tangent and of the adjoint.</summary>
/// <remarks>
/// Weak-constraint 4D-Var with the model's errors as control (Y. Trémolet, Q. J. R. Meteorol. Soc. 132, 2006, doi:10.1256/qj.05.224, section 2): changes are
/// δ_k = M' δ_{k-1} + b_k + Q^½ v_k, b_k = M(x_{k-1}) - x_k what the trajectory departs from the model, and for the first step b_0 and B^½ from the prior. The
/// Hessian by v is I + Gᵀ G, G the rows of H' over their errors: the same minimum as with matrices. Q has the correlations of the first guess's states. A run
/// of the tangent grows with the model's errors, so that stretches are to be short beside the time in which those grow a thousandfold. There is no spread.
/// Not thread-safe.
/// </remarks>
internal sealed class CorrelatedSmoother : ITrajectorySmoother
{
    private readonly ITangentMap _model;
    private readonly TrajectoryDerivatives _derivatives; // of this pass
    private readonly AlgebraMap<double> _operator;
    private readonly ConjugateGradientSolver _equations;
    private readonly int _size;
    private readonly double[] _change;   // δ [space]
    private readonly double[] _next;     // [space]
    private readonly double[] _values;   // what a map gives besides
    private readonly double[] _seen;     // [site]
    private double[] _departures = [];   // b [time, space]
    private double[] _solution = [];     // v [time, control]
    private double[] _right = [];        // [time, control]
    private double[] _weights = [];      // of observations, over their errors
    private (ObservationTerms? Terms, int Count, double Variance) _before;

    /// <summary>Makes a worker.</summary>
    /// <param name="model">The model M, which has an adjoint, and the operator H.</param>
    /// <param name="settings">How far the equations of a pass are solved.</param>
    /// <param name="isSingle">Whether the derivatives are computed in single precision, where they can; states, of which next to nothing is left over in the
    /// end, and sums stay in double.</param>
    public CorrelatedSmoother(LinearizedModel model, ConjugateGradientSettings settings, bool isSingle)
    {
        (_model, _derivatives, _operator) = (model.StartTangent(), new(model, isSingle), model.StartOperator());
        (_equations, _size) = (new(settings), model.Layout.Size);
        (_change, _next, _values) = (new double[_size], new double[_size], new double[Math.Max(_size, model.SiteCount)]);
        _seen = new double[model.SiteCount];
    }

    /// <inheritdoc/>
    public Pass Pass(Span<double> states, ObservationTerms observations, Prior prior, double modelVariance)
    {
        var pass = new Equations(states.ToArray(), observations, prior.Covariance, prior.ModelErrors.OfVariance(modelVariance));
        Reserve(pass, observations);
        Depart(pass, prior);
        _derivatives.Linearize(pass.States, observations, 0, pass.Count(_size));
        var isGuess = Guess(pass, modelVariance);
        var (cost, linear) = (Departures(pass), 0.0); // twice the cost of the states, and what of its change does not depend on v
        Push(pass, null, (row, o, seen) =>
        {
            var (departure, deviation) = (observations.Values[o] - _seen[observations.Sites[o]], Math.Sqrt(observations.Variances[o]));
            _weights[o] = (departure - seen) / deviation;
            (cost, linear) = (cost + (departure * departure / observations.Variances[o]), linear + (_weights[o] * _weights[o]));
        });
        Pull(pass, _right);
        var before = _equations.Iterations;
        var isSolved = _equations.Solve(_right, _solution, (direction, image) =>
        {
            Push(pass, direction, (_, o, seen) => _weights[o] = seen / Math.Sqrt(observations.Variances[o]));
            Pull(pass, image);
            TensorPrimitives.Add<double>(image, direction, image);
        }, isGuess);
        linear -= TensorPrimitives.Dot<double>(_solution, _right) + TensorPrimitives.Dot(_solution, _equations.Residual);
        var squares = Change(pass, states);
        return new Pass(
            Math.Sqrt(squares / states.Length), isSolved, (int)(_equations.Iterations - before),
            (cost - linear) / Math.Max(1, observations.At(pass.Count(_size) - 1).End));
    }

    /// <inheritdoc/>
    public TrajectoryCost Cost(ReadOnlySpan<double> states, ObservationTerms observations, Prior prior, double modelVariance)
    {
        var cost = new TrajectoryCost(states.Length / _size);
        var error = prior.ModelErrors.OfVariance(modelVariance);
        var control = new double[error.ControlSize];
        for (var k = 0; k < cost.Count; k++)
        {
            var x = states.Slice(k * _size, _size);
            if (k == 0)
            {
                TensorPrimitives.Subtract(x, prior.Mean, _change);
            }
            else
            {
                _model.Apply(states.Slice((k - 1) * _size, _size), _next, 1, observations.Forcing(k - 1));
                TensorPrimitives.Subtract(x, _next, _change);
            }

            (k == 0 ? prior.Covariance : error).InverseRoot(_change, control);
            cost.Add(k, control);
            _operator.Apply(x, _seen, 1);
            cost.AddObservations(k, observations, _seen);
        }

        return cost;
    }

    /// <inheritdoc/>
    /// <remarks>It knows none, and says so.</remarks>
    public int Variances(Span<double> variances)
    {
        variances.Fill(double.NaN);
        return 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _model.Dispose();
        _derivatives.Dispose();
        _operator.Dispose();
    }

    // b
    private void Depart(Equations pass, Prior prior)
    {
        TensorPrimitives.Subtract<double>(prior.Mean, pass.State(0, _size), _departures.AsSpan(0, _size));
        for (var k = 1; k < pass.Count(_size); k++)
        {
            var b = _departures.AsSpan(k * _size, _size);
            _model.Apply(pass.State(k - 1, _size), b, 1, pass.Terms.Forcing(k - 1));
            TensorPrimitives.Subtract(b, pass.State(k, _size), b);
        }
    }

    // The sum of the squares of v with L v = b.
    private double Departures(Equations pass)
    {
        var (squares, control) = (0.0, new double[pass.Prior.ControlSize]);
        for (var k = 0; k < pass.Count(_size); k++)
        {
            pass.Covariance(k).InverseRoot(_departures.AsSpan(k * _size, _size), control);
            squares += TensorPrimitives.SumOfSquares<double>(control);
        }

        return squares;
    }

    // The last pass over these steps has solved what is nearly the same; its v is in units of its q.
    private bool Guess(Equations pass, double variance)
    {
        var (terms, count, before) = _before;
        var isSame = ReferenceEquals(terms, pass.Terms) && count == pass.Count(_size);
        _before = (pass.Terms, pass.Count(_size), variance);
        if (isSame)
        {
            var errors = _solution.AsSpan(pass.Prior.ControlSize);
            TensorPrimitives.Multiply(errors, Math.Sqrt(before / variance), errors);
        }

        return isSame;
    }

    // δ of b where there is no control, else of L v, step by step; each observation is told what of it is seen.
    private void Push(Equations pass, double[]? control, ObservedAction observed)
    {
        for (var k = 0; k < pass.Count(_size); k++)
        {
            if (k == 0)
            {
                Array.Clear(_change);
            }
            else
            {
                _derivatives.Push(k - 1, _change);
            }

            Force(pass, control, k, _change);
            var (start, end) = pass.Terms.At(k);
            if (end > start)
            {
                _operator.Push(pass.State(k, _size), _change, _seen, _values, 1);
            }

            for (var o = start; o < end; o++)
            {
                observed(k, o, _values[pass.Terms.Sites[o]]);
            }
        }
    }

    private void Force(Equations pass, double[]? control, int k, double[] change)
    {
        if (control is null)
        {
            TensorPrimitives.Add(change, _departures.AsSpan(k * _size, _size), change);
        }
        else
        {
            pass.Covariance(k).Root(pass.Control(control, k), _next);
            TensorPrimitives.Add<double>(change, _next, change);
        }
    }

    // Lᵀ of the adjoint's run from the weights of the observations.
    private void Pull(Equations pass, double[] gradient)
    {
        Array.Clear(_change);
        for (var k = pass.Count(_size) - 1; k >= 0; k--)
        {
            var (start, end) = pass.Terms.At(k);
            if (end > start)
            {
                Array.Clear(_seen);
                for (var o = start; o < end; o++)
                {
                    _seen[pass.Terms.Sites[o]] += _weights[o] / Math.Sqrt(pass.Terms.Variances[o]);
                }

                _operator.Pull(pass.State(k, _size), _seen, _values, _next, 1);
                TensorPrimitives.Add<double>(_change, _next, _change);
            }

            pass.Covariance(k).TransposedRoot(_change, pass.Control(gradient, k));
            if (k > 0)
            {
                _derivatives.Pull(k - 1, _change);
            }
        }
    }

    // Adds the change of b and L v together to the states; the sum of its squares.
    private double Change(Equations pass, Span<double> states)
    {
        var squares = 0.0;
        Array.Clear(_change);
        for (var k = 0; k < pass.Count(_size); k++)
        {
            if (k > 0)
            {
                _derivatives.Push(k - 1, _change);
            }

            Force(pass, null, k, _change);
            Force(pass, _solution, k, _change);
            squares += TensorPrimitives.SumOfSquares<double>(_change);
            var state = states.Slice(k * _size, _size);
            TensorPrimitives.Add(state, _change, state);
        }

        return squares;
    }

    private void Reserve(Equations pass, ObservationTerms observations)
    {
        var controls = pass.Prior.ControlSize * pass.Count(_size);
        if (_solution.Length != controls)
        {
            (_solution, _right, _departures) = (new double[controls], new double[controls], new double[pass.States.Length]);
            _before = default;
        }

        _weights = _weights.Length < observations.Count ? new double[observations.Count] : _weights;
    }

    private delegate void ObservedAction(int row, int observation, double seen);

    /// <summary>What a pass is linearized about.</summary>
    private sealed record Equations(double[] States, ObservationTerms Terms, ICovariance Prior, ICovariance Error)
    {
        public int Count(int size) => States.Length / size;

        public ReadOnlySpan<double> State(int k, int size) => States.AsSpan(k * size, size);

        public ICovariance Covariance(int k) => k == 0 ? Prior : Error;

        public Span<double> Control(double[] controls, int k) => controls.AsSpan(k * Prior.ControlSize, Prior.ControlSize);
    }
}
