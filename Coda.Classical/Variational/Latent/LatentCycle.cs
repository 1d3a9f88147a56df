using Coda.Classical.Numerics;
using Coda.Classical.Variational.Costs;
using Coda.Classical.Variational.Tangents;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Time;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;

namespace Coda.Classical.Variational.Latent;

/// <summary>One trajectory's windows of 4D-Var in a latent space, each with the background that the one before leaves to it. Called by one thread.</summary>
/// <remarks>
/// Windows end <c>stride</c> steps later each, from within the first stride on, and start at the record's start until they are whole. A window that starts d
/// steps later than the one before has as background what is known there from the observations before it, no other: with z* the minimum of the last, x_d its
/// state at the start of the next, G and g derivative and gradient of background and first d steps' observations by v, and A = D'(E(x_d))⁺ ∂x_d/∂v,
/// z_b = E(x_d) - A (I + GᵀG)⁻¹ g, B = ρ A (I + GᵀG)⁻¹ Aᵀ + β C, and r = x_d - D(E(x_d)). Where model, decoder and H are linear it is the Kalman filter among
/// the latent numbers, and each window's analyses are those of a smoother. With ρ = 0, B is static.
/// </remarks>
internal sealed class LatentCycle : IDisposable
{
    private const int MostIterations = 15; // towards a minimum that is sought again
    private const int FirstLength = 3;
    private const int Growth = 2;
    private const int MostRows = 256; // read at a time, beside a window
    private const double Least = 1e-12; // of a matrix's diagonal, relative to its largest entry: a decoder may not use all of its numbers

    private readonly LatentCycleSettings _settings;
    private readonly LatentStates _latent;
    private readonly LatentWindow _window;
    private readonly Matrix<double> _static; // β C
    private double[] _background = [];
    private double[] _residual = [];
    private double[] _point = [];
    private Matrix<double> _root = null!;
    private (ObservationTerms Terms, StepRange Steps)? _read;

    /// <summary>Makes the memory of a trajectory.</summary>
    /// <param name="model">M and H.</param>
    /// <param name="latent">The auto-encoder; disposed with this.</param>
    /// <param name="settings">Windows and backgrounds.</param>
    public LatentCycle(LinearizedModel model, LatentStates latent, LatentCycleSettings settings)
    {
        (_settings, _latent, _window) = (settings, latent, new(latent, model));
        var root = settings.Climatology.Background;
        _static = (root * root.Transpose()) * settings.Scale;
    }

    /// <summary>Analyzes a trajectory from the record's start.</summary>
    /// <param name="archive">The observations.</param>
    /// <param name="trajectory">The trajectory's number.</param>
    /// <param name="wanted">The steps whose analyses are wanted.</param>
    /// <param name="cancellation">Stops between windows.</param>
    /// <exception cref="DivergenceException">A window has no finite analysis.</exception>
    public IEnumerable<LatentAnalyses> Run(IObservationArchive archive, int trajectory, StepRange wanted, CancellationToken cancellation)
    {
        var record = archive.Description.Steps;
        (_background, _residual, _root) = ([.. _settings.Climatology.Mean], new double[_latent.StateSize], _settings.Climatology.Root);
        (_point, _read) = (new double[_latent.Size], null);
        var (start, next) = (record.Start, record.Start);
        for (var stop = record.Start + 1 + (_settings.Ahead % _settings.Stride); next < wanted.End; stop += _settings.Stride)
        {
            cancellation.ThrowIfCancellationRequested();
            var isLast = stop >= record.End;
            stop = Math.Min(stop, record.End);
            var first = Math.Max(record.Start, stop - _settings.WindowSteps);
            MoveOn(trajectory, start, (int)(first - start));
            start = first;
            var taken = isLast ? record.End : Math.Min(stop - 1 - _settings.Ahead + _settings.Stride, record.End);
            var steps = new StepRange(start, stop);
            var terms = Read(archive, trajectory, new(start, Math.Max(stop, taken)));
            var cost = Minimize((terms.Terms, (int)(start - terms.Steps.Start)), trajectory, steps, cancellation);
            var kept = new StepRange(next, Math.Max(next, taken)).Intersect(wanted);
            yield return new(kept.Count > 0 ? Block(trajectory, start, kept) : null, cost, _window.Observed);
            next = Math.Max(next, taken);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _window.Dispose();
        _latent.Dispose();
    }

    private double Minimize((ObservationTerms Terms, int First) at, int trajectory, StepRange steps, CancellationToken cancellation)
    {
        _window.Begin(_background, _residual, _root, at.Terms, at.First, (int)steps.Count);
        if (_window.Observed == 0)
        {
            _point = new double[_latent.Size];
            return 0;
        }

        (_point, var cost) = LevenbergMarquardt.Minimize(_window, _point, _settings.Iterations, cancellation);
        var limit = _settings.MaximumMisfit + (5 * Math.Sqrt(2.0 / _window.Observed));
        if (!(cost <= limit * _window.Observed))
        {
            var found = Again(at, steps, cancellation);
            if (found.Cost < cost)
            {
                (_point, cost, _root) = (found.Point, found.Cost, _settings.Climatology.Root);
            }
            else
            {
                _window.Begin(_background, _residual, _root, at.Terms, at.First, (int)steps.Count);
            }
        }

        return double.IsFinite(cost) ? cost : throw new DivergenceException(
            $"latent-four-dvar: trajectory {trajectory} diverged in the window {steps}: expected a finite cost, got none. Take a shorter window (windowSteps), "
                + "or a smaller share of the climatology's covariance (backgroundScale).");
    }

    // With the climatology's covariance around the background, in a window that grows.
    private (double[] Point, double Cost) Again((ObservationTerms Terms, int First) at, StepRange steps, CancellationToken cancellation)
    {
        var (point, cost) = (new double[_latent.Size], double.PositiveInfinity);
        for (var length = FirstLength; length < Growth * steps.Count; length *= Growth)
        {
            _window.Begin(_background, _residual, _settings.Climatology.Root, at.Terms, at.First, (int)Math.Min(length, steps.Count));
            (point, cost) = LevenbergMarquardt.Minimize(_window, point, MostIterations, cancellation);
        }

        return (point, cost);
    }

    // To a window that starts some steps later.
    private void MoveOn(int trajectory, long start, int steps)
    {
        if (steps == 0)
        {
            return;
        }

        var (observed, departures) = (_window.Observations(_point, steps), DenseVector.OfArray(_window.Departures(_point, steps)));
        var hessian = LatentSpread.Hessian(observed).Cholesky();
        var (state, tangent) = (_window.State(_point, steps), _window.Tangent(_point, steps));
        var (latent, residual) = _latent.Split(state, _settings.KeepsResidual);
        var decoded = Decoded(latent);
        var carried = Factor(decoded.TransposeThisAndMultiply(decoded)).Solve(decoded.TransposeThisAndMultiply(tangent)); // A
        var change = carried * hessian.Solve(observed.TransposeThisAndMultiply(departures) - DenseVector.OfArray(_point)); // of z, from E(x_d) to z_b
        var covariance = (carried * hessian.Solve(carried.Transpose()) * _settings.Carried) + _static;
        if (!double.IsFinite(covariance.RowAbsoluteSums().Sum()))
        {
            throw new DivergenceException(
                $"latent-four-dvar: trajectory {trajectory} diverged in the window from step {start}: expected a finite covariance of the next background, got "
                    + "none. Take a shorter window (windowSteps), or less of the last covariance (carried).");
        }

        _root = Factor((covariance + covariance.Transpose()) / 2).Factor;
        (_background, _residual) = ((DenseVector.OfArray(latent) + change).ToArray(), residual);
        _point = _root.Solve(-change).ToArray();
    }

    private static MathNet.Numerics.LinearAlgebra.Factorization.Cholesky<double> Factor(Matrix<double> matrix) =>
        (matrix + (DenseMatrix.CreateIdentity(matrix.RowCount) * Math.Max(double.Epsilon, Least * matrix.Diagonal().Maximum()))).Cholesky();

    // D' at latent numbers. [space, latent]
    private DenseMatrix Decoded(double[] latent)
    {
        var derivative = new double[_latent.Size * _latent.StateSize];
        _latent.Linearize(latent, new double[_latent.StateSize], derivative);
        return new DenseMatrix(_latent.StateSize, _latent.Size, derivative);
    }

    private StateBlock Block(int trajectory, long start, StepRange steps)
    {
        var size = _latent.StateSize;
        var (states, spread) = (new float[steps.Count * size], new float[steps.Count * size]);
        var factor = LatentSpread.Factor(_window, _point);
        for (var step = steps.Start; step < steps.End; step++)
        {
            var (row, at) = ((int)(step - start), (int)(step - steps.Start) * size);
            System.Numerics.Tensors.TensorPrimitives.ConvertTruncating<double, float>(_window.State(_point, row), states.AsSpan(at, size));
            LatentSpread.Of(_window, _point, row, factor, spread.AsSpan(at, size));
        }

        return !float.IsFinite(System.Numerics.Tensors.TensorPrimitives.SumOfMagnitudes<float>(states))
            ? throw new DivergenceException(
                $"latent-four-dvar: trajectory {trajectory} diverged at {steps}: its analyses are no longer finite. Take a shorter window (windowSteps).")
            : new StateBlock(trajectory, steps.Start, size, states, spread);
    }

    // The observations of a window and those after it, for the next ones.
    private (ObservationTerms Terms, StepRange Steps) Read(IObservationArchive archive, int trajectory, StepRange steps)
    {
        if (_read is not { } read || steps.End > read.Steps.End)
        {
            var all = new StepRange(steps.Start, Math.Min(archive.Description.Steps.End, steps.End + MostRows));
            _read = read = (new(archive.ReadObservations(trajectory, all), all, _settings.Noise, _settings.Forcing), all);
        }

        return read;
    }
}
