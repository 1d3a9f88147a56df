using Coda.Classical.Observed;
using Coda.Classical.Variational.Costs;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Time;
using Coda.Inference.Assimilation;

namespace Coda.Classical.Variational.Windows;

/// <summary>Strong-constraint 4D-Var of one step at a time, solved to rest, with Kᵀ by one more solve of its inner problem.</summary>
/// <param name="solver">Solves windows; it is freed with this.</param>
/// <param name="shape">How a record is covered by windows.</param>
/// <param name="record">The record's steps.</param>
/// <param name="noise">The variance of the observations' errors.</param>
/// <param name="forcing">The forcing of the record, where the model has one.</param>
/// <param name="prior">The background at every window's start.</param>
/// <param name="cold">Finds a window's minimum, counted from its start, where there is no neighbour to start from.</param>
internal sealed class WindowSensitivity(
    IWindowSolver solver, WindowShape shape, StepRange record, ErrorVariance noise, RecordForcing? forcing, Prior prior,
    Func<IWindowSolver, (ObservationTerms Terms, int First, int Count), Prior, int, double[]> cold) : IAnalysisSensitivity
{
    private const int MostSteps = 60;
    private const double Rest = 1e-10; // of the cost: differences of analyses are what is wanted
    private const double MostMisfit = 2;

    private readonly int _size = prior.Mean.Length;
    private (int Trajectory, StepRange Steps)? _last;
    private double[] _start = [];
    private int[] _places = []; // of the window's observations among its entries
    private double[] _seen = [];

    /// <inheritdoc/>
    public StepRange Window(long step) => shape.Window(new StepRange(step, step + 1), record);

    /// <inheritdoc/>
    public void Analyze(ObservationStretch window, long step, Span<double> state)
    {
        var terms = new ObservationTerms(window, window.Steps, noise, forcing);
        var (whole, target) = ((terms, 0, (int)window.Steps.Count), (int)(step - window.Steps.Start));
        _places = [.. Enumerable.Range(0, window.Mask.Length).Where(i => window.Mask[i] != 0)];
        _seen = new double[_places.Length];
        var isRepeated = _last == (window.Trajectory, window.Steps);
        double[] start = isRepeated ? [.. _start] : cold(solver, whole, prior, target);
        var misfit = solver.Minimize(start, whole, prior, target, MostSteps, Rest);
        if (isRepeated && !(misfit <= MostMisfit))
        {
            start = cold(solver, whole, prior, target);
            misfit = solver.Minimize(start, whole, prior, target, MostSteps, Rest);
        }

        if (!double.IsFinite(misfit) || !solver.Prepare(start, whole, prior, target))
        {
            throw new DivergenceException($"4D-Var diverged in the window {window.Steps}: expected a finite minimum, got none. Take a shorter window or a "
                + "smaller background variance.");
        }

        (_last, _start) = ((window.Trajectory, window.Steps), start);
        start.CopyTo(state);
        solver.Advance(state, terms, 0, target);
    }

    /// <inheritdoc/>
    public void Pull(ReadOnlySpan<double> gradient, Span<double> sensitivities)
    {
        solver.Pull(gradient, _seen);
        sensitivities.Clear();
        for (var o = 0; o < _places.Length; o++)
        {
            sensitivities[_places[o]] = _seen[o];
        }
    }

    /// <inheritdoc/>
    public bool Covary(ReadOnlySpan<double> direction, Span<double> product) => solver.Covary(direction, product[.._size]);

    /// <inheritdoc/>
    public void Dispose() => solver.Dispose();
}
