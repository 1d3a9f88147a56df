using System.Numerics.Tensors;
using Coda.Classical.Correlations;
using Coda.Classical.Numerics;
using Coda.Classical.Variational.Costs;
using Coda.Classical.Variational.Tangents;
using Coda.Inference.Forecasting;

namespace Coda.Classical.Tuning.Windows;

/// <summary>One worker's Gauss-Newton equations of windows, with state and parameters as control and without a matrix of the state.</summary>
/// <remarks>
/// The model's states end with the parameters (<see cref="Data.Dynamics.AugmentedSystem"/>), so that one tangent and one adjoint know both. With G the rows of
/// H M_{0:k} over their errors by the control v and g by the parameters, (I + GᵀG) δv + Gᵀg δθ = Gᵀd - v and gᵀG δv + gᵀg δθ = gᵀd: v is eliminated by
/// conjugate gradients, one system for the state and one for each parameter.
/// </remarks>
internal sealed class ParameterWindowSolver : IDisposable
{
    private readonly TrajectoryDerivatives _derivatives; // where a window was linearized last
    private readonly AlgebraMap<double> _operator;
    private readonly ICovariance _covariance;
    private readonly ConjugateGradientSolver _equations;
    private readonly int _size;              // of a state and the parameters
    private readonly double[] _perturbation; // and so are the two that follow
    private readonly double[] _next;
    private readonly double[] _values;       // what a map gives besides
    private readonly double[] _seen;         // [site]
    private double[] _trajectory = [];       // [time, space]
    private double[] _departures = [];       // over their errors, as the other one
    private double[] _weights = [];

    /// <summary>Makes a worker.</summary>
    /// <param name="model">M and H of states that end with the parameters.</param>
    /// <param name="covariance">B, of the states alone.</param>
    /// <param name="settings">How far equations are solved.</param>
    /// <param name="isSingle">Whether the model and its derivatives are computed in single precision, where it can.</param>
    public ParameterWindowSolver(LinearizedModel model, ICovariance covariance, ConjugateGradientSettings settings, bool isSingle)
    {
        (_derivatives, _operator) = (new(model, isSingle), model.StartOperator());
        (_covariance, _equations, _size) = (covariance, new(settings), model.Layout.Size);
        (_perturbation, _next) = (new double[_size], new double[_size]);
        (_values, _seen) = (new double[Math.Max(_size, model.SiteCount)], new double[model.SiteCount]);
    }

    /// <summary>The cost of a control with parameters.</summary>
    /// <param name="window">The window.</param>
    /// <param name="control">v. [control]</param>
    /// <param name="parameters">The parameters. [parameter]</param>
    /// <returns>½ vᵀv and half the squares of the observations' departures over their errors; infinity where the model's trajectory is not finite.</returns>
    public double Cost(ParameterWindow window, double[] control, ReadOnlySpan<double> parameters)
    {
        Reserve(window);
        var cost = 0.5 * TensorPrimitives.SumOfSquares<double>(control);
        var start = Row(0)[.._covariance.StateSize];
        _covariance.Root(control, start);
        TensorPrimitives.Add(start, window.Background, start);
        parameters.CopyTo(Row(0)[_covariance.StateSize..]);
        for (var k = 0; k < window.Count && double.IsFinite(cost); k++)
        {
            if (k > 0)
            {
                _derivatives.Model.Apply(Row(k - 1), Row(k), 1, window.Terms.Forcing(k - 1));
            }

            cost += Observe(k, window.Terms);
        }

        return double.IsFinite(cost) ? cost : double.PositiveInfinity;
    }

    /// <summary>Finds a window's equations at its control.</summary>
    /// <param name="window">The window; takes its step and what it knows of the parameters.</param>
    /// <param name="parameters">The parameters. [parameter]</param>
    /// <param name="units">What changes of them are counted in. [parameter]</param>
    public void Linearize(ParameterWindow window, ReadOnlySpan<double> parameters, double[] units)
    {
        Cost(window, window.Control, parameters);
        _derivatives.Linearize(_trajectory, window.Terms, 0, window.Count);
        var (n, size) = (units.Length, _covariance.ControlSize);
        var (downhill, step) = (new double[size], new double[size]);
        var direct = Pull(_departures, window, units, downhill); // gᵀd
        TensorPrimitives.Subtract<double>(downhill, window.Control, downhill);
        _equations.Begin();
        Solve(window, downhill, step, isGuess: false);
        var (columns, responses, information, score) = (new double[n][], new double[n][], new double[n, n], new double[n]);
        for (var j = 0; j < n; j++)
        {
            (columns[j], responses[j]) = (new double[size], new double[size]);
            Array.Clear(_perturbation);
            _perturbation[_covariance.StateSize + j] = units[j];
            Push(window, _weights);
            var products = Pull(_weights, window, units, columns[j]); // gᵀg
            var isKnown = window.Responses.Length == n; // from the pass before, about
            if (isKnown)
            {
                TensorPrimitives.Multiply(window.Responses[j], units[j] / window.Units[j], responses[j]);
            }

            Solve(window, columns[j], responses[j], isKnown);
            score[j] = direct[j] - TensorPrimitives.Dot<double>(responses[j], downhill);
            for (var k = 0; k <= j; k++)
            {
                information[j, k] = information[k, j] = products[k] - TensorPrimitives.Dot<double>(responses[j], columns[k]);
            }
        }

        (window.Step, window.Responses, window.Units) = (step, responses, units);
        (window.Information, window.Score) = (information, score);
        window.Gain = 0.5 * TensorPrimitives.Dot<double>(step, downhill);
    }

    /// <summary>Frees the model's buffers.</summary>
    public void Dispose()
    {
        _derivatives.Dispose();
        _operator.Dispose();
    }

    private double Observe(int row, ObservationTerms terms)
    {
        var ((start, end), cost) = (terms.At(row), 0.0);
        if (end > start)
        {
            _operator.Apply(Row(row), _seen, 1);
        }

        for (var o = start; o < end; o++)
        {
            _departures[o] = (terms.Values[o] - _seen[terms.Sites[o]]) / Math.Sqrt(terms.Variances[o]);
            cost += 0.5 * _departures[o] * _departures[o];
        }

        return cost;
    }

    // (I + GᵀG) x = right.
    private void Solve(ParameterWindow window, double[] right, double[] solution, bool isGuess) => _equations.Solve(
        right, solution,
        (direction, image) =>
        {
            Array.Clear(_perturbation);
            _covariance.Root(direction, _perturbation.AsSpan(0, _covariance.StateSize));
            Push(window, _weights);
            Pull(_weights, window, [], image);
            TensorPrimitives.Add<double>(direction, image, image);
        },
        isGuess);

    // The perturbation along the trajectory, as it is observed.
    private void Push(ParameterWindow window, double[] seen)
    {
        var terms = window.Terms;
        for (var k = 0; k < window.Count; k++)
        {
            var (start, end) = terms.At(k);
            if (end > start)
            {
                _operator.Push(Row(k), _perturbation, _values, _seen, 1);
            }

            for (var o = start; o < end; o++)
            {
                seen[o] = _seen[terms.Sites[o]] / Math.Sqrt(terms.Variances[o]);
            }

            if (k + 1 < window.Count)
            {
                _derivatives.Push(k, _perturbation);
            }
        }
    }

    // Gᵀ times weights of the observations; gᵀ times them comes back, in units. [parameter]
    private double[] Pull(double[] weights, ParameterWindow window, double[] units, double[] gradient)
    {
        var terms = window.Terms;
        Array.Clear(_perturbation);
        for (var k = window.Count - 1; k >= 0; k--)
        {
            if (k + 1 < window.Count)
            {
                _derivatives.Pull(k, _perturbation);
            }

            var (start, end) = terms.At(k);
            if (end == start)
            {
                continue;
            }

            Array.Clear(_seen);
            for (var o = start; o < end; o++)
            {
                _seen[terms.Sites[o]] += weights[o] / Math.Sqrt(terms.Variances[o]);
            }

            _operator.Pull(Row(k), _seen, _values, _next, 1);
            TensorPrimitives.Add<double>(_perturbation, _next, _perturbation);
        }

        _covariance.TransposedRoot(_perturbation.AsSpan(0, _covariance.StateSize), gradient);
        return [.. units.Select((unit, j) => unit * _perturbation[_covariance.StateSize + j])];
    }

    private Span<double> Row(int k) => _trajectory.AsSpan(k * _size, _size);

    private void Reserve(ParameterWindow window)
    {
        if (_departures.Length < window.Terms.Count)
        {
            (_departures, _weights) = (new double[window.Terms.Count], new double[window.Terms.Count]);
        }

        if (_trajectory.Length < window.Count * _size)
        {
            _trajectory = new double[window.Count * _size];
        }
    }
}
