using System.Numerics.Tensors;
using Coda.Classical.Numerics;
using Coda.Classical.Variational.Costs;
using Coda.Classical.Variational.Tangents;
using Coda.Inference.Forecasting;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;

namespace Coda.Classical.Variational.Latent;

/// <summary>J(v) = ½|v|² + ½ Σ_k |y_k - H(M_{0:k}(D(z_b + L v) + r))|² in R⁻¹ over the steps of a window, as least squares in v, of independent unit
/// errors. Not thread-safe.</summary>
/// <remarks>With one step it is the cost of 3D-Var. Derivatives are those of the decoder's graph, pushed on by the model's tangent: as many as there are latent
/// numbers, whatever the state's length.</remarks>
/// <param name="states">The auto-encoder; it stays the caller's.</param>
/// <param name="model">M and H.</param>
internal sealed class LatentWindow(LatentStates states, LinearizedModel model) : ILeastSquares, IDisposable
{
    private readonly ITangentMap _model = model.StartTangent();
    private readonly Jacobian _h = model.StartObservations();
    private readonly double[] _latent = new double[states.Size];
    private readonly double[] _derivative = new double[states.Size * states.StateSize];
    private readonly List<double[]> _states = [];              // at the last point asked for [space]
    private readonly List<Matrix<double>> _tangents = [];      // at the last point derivatives were asked for [space, latent]
    private double[] _point = [];      // whose states these are
    private double[] _linearized = []; // whose derivatives these are
    private double[] _background = []; // z_b
    private double[] _residual = [];   // r, what the decoder does not give
    private Matrix<double> _root = null!; // L
    private ObservationTerms _observations = null!;
    private int _first;

    /// <summary>The steps of the window.</summary>
    public int Count { get; private set; }

    /// <summary>The number of observations.</summary>
    public int Observed => Before(Count);

    /// <summary>Comes to a window.</summary>
    /// <param name="background">z_b. [latent]</param>
    /// <param name="residual">r. [space]</param>
    /// <param name="root">L, a root of the background's covariance. [latent, latent]</param>
    /// <param name="observations">The observations of a stretch.</param>
    /// <param name="first">The window's first step within it.</param>
    /// <param name="count">The window's steps.</param>
    public void Begin(double[] background, double[] residual, Matrix<double> root, ObservationTerms observations, int first, int count = 1)
    {
        (_background, _residual, _root, _observations, _first, Count) = (background, residual, root, observations, first, count);
        (_point, _linearized) = ([], []);
    }

    /// <summary>The number of observations of the window's first steps.</summary>
    /// <param name="steps">How many of them.</param>
    public int Before(int steps) => steps == 0 ? 0 : _observations.At(_first + steps - 1).End - _observations.At(_first).Start;

    /// <summary>The state of a point at a step of the window, or after it, where it is a forecast. [space]</summary>
    /// <param name="point">v. [latent]</param>
    /// <param name="row">The step, counted from the window's first.</param>
    public double[] State(double[] point, int row = 0)
    {
        if (!point.AsSpan().SequenceEqual(_point))
        {
            _states.Clear();
            var start = new double[states.StateSize];
            states.Decode(LatentOf(point), start);
            TensorPrimitives.Add<double>(start, _residual, start);
            _states.Add(start);
            _point = [.. point];
        }

        while (_states.Count <= row)
        {
            var next = new double[states.StateSize];
            _model.Apply(_states[^1], next, 1, _observations.Forcing(_first + _states.Count - 1));
            _states.Add(next);
        }

        return _states[row];
    }

    /// <summary>The derivative of that state by v. [space, latent]</summary>
    /// <param name="point">v. [latent]</param>
    /// <param name="row">The step, counted from the window's first.</param>
    public Matrix<double> Tangent(double[] point, int row = 0)
    {
        if (!point.AsSpan().SequenceEqual(_linearized))
        {
            states.Linearize(LatentOf(point), new double[states.StateSize], _derivative);
            _tangents.Clear();
            _tangents.Add(new DenseMatrix(states.StateSize, states.Size, _derivative) * _root); // by columns, as the rows of _derivative are
            _linearized = [.. point];
        }

        while (_tangents.Count <= row)
        {
            var (at, next, pushed) = (_tangents.Count - 1, new double[states.StateSize], new double[_derivative.Length]);
            _model.Push(State(point, at), ((DenseMatrix)_tangents[at]).Values, next, pushed, 1, _observations.Forcing(_first + at));
            _tangents.Add(new DenseMatrix(states.StateSize, states.Size, pushed));
        }

        return _tangents[row];
    }

    /// <summary>The derivative by v of what is observed in the window's first steps, over the errors' deviations. [observation, latent]</summary>
    /// <param name="point">v. [latent]</param>
    /// <param name="steps">How many of these steps.</param>
    public Matrix<double> Observations(double[] point, int steps)
    {
        var (observed, from) = (new DenseMatrix(Math.Max(1, Before(steps)), states.Size), _observations.At(_first).Start); // no rows are one of zeros
        for (var row = 0; row < steps; row++)
        {
            var (start, end) = _observations.At(_first + row);
            if (end == start)
            {
                continue;
            }

            var tangent = Tangent(point, row);
            _h.Evaluate(State(point, row), 1);
            for (var o = start; o < end; o++)
            {
                Add(observed, o - from, _observations.Sites[o], Math.Sqrt(_observations.Variances[o]), tangent);
            }
        }

        return observed;
    }

    /// <summary>The departures y - H(x) of the window's first steps over the errors' deviations. [observation]</summary>
    /// <param name="point">v. [latent]</param>
    /// <param name="steps">How many of these steps.</param>
    public double[] Departures(double[] point, int steps)
    {
        var (departures, from) = (new double[Math.Max(1, Before(steps))], _observations.At(_first).Start);
        for (var row = 0; row < steps; row++)
        {
            var (start, end) = _observations.At(_first + row);
            if (end > start)
            {
                _h.Evaluate(State(point, row), 1);
            }

            for (var o = start; o < end; o++)
            {
                departures[o - from] = (_observations.Values[o] - _h.Value(0)[_observations.Sites[o]]) / Math.Sqrt(_observations.Variances[o]);
            }
        }

        return departures;
    }

    /// <inheritdoc/>
    public double[] Residuals(double[] point) => [.. point, .. Departures(point, Count)];

    /// <inheritdoc/>
    public double[,] Derivatives(double[] point, double[] residuals) =>
        DenseMatrix.CreateIdentity(states.Size).Stack(-Observations(point, Count)).ToArray();

    /// <inheritdoc/>
    public void Dispose()
    {
        _model.Dispose();
        _h.Dispose();
    }

    private void Add(DenseMatrix observed, int row, int site, double sigma, Matrix<double> tangent)
    {
        foreach (var i in _h.ColumnsOf[site])
        {
            var weight = _h.Entry(0, site, i) / sigma;
            for (var k = 0; k < states.Size; k++)
            {
                observed[row, k] += weight * tangent[i, k];
            }
        }
    }

    private double[] LatentOf(double[] point)
    {
        (DenseVector.OfArray(_background) + (_root * DenseVector.OfArray(point))).AsArray().CopyTo(_latent, 0);
        return _latent;
    }
}
