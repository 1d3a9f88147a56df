using System.Numerics.Tensors;
using Coda.Classical.Correlations;
using Coda.Classical.Observed;
using Coda.Classical.Variational.Costs;
using Coda.Classical.Variational.Tangents;
using Coda.Data.Archives;
using Coda.Data.Time;
using Coda.Inference.Assimilation;

namespace Coda.Classical.Variational.Windows;

/// <summary>One worker's 4D-Var in windows that start from a filter's analyses.</summary>
/// <remarks>A long window is extended step by step, each part starting from the minimum of the one before (quasi-static: C. Pires, R. Vautard and O. Talagrand,
/// Tellus A 48, 1996, doi:10.1034/j.1600-0870.1996.00006.x).</remarks>
internal sealed class GuessedWindowSolver : IDisposable
{
    private readonly AdjointWindowSolver _solver;
    private readonly WindowSettings _settings;
    private readonly int _size;

    /// <summary>Makes a worker.</summary>
    /// <param name="model">M and H.</param>
    /// <param name="settings">How to iterate.</param>
    public GuessedWindowSolver(LinearizedModel model, WindowSettings settings) =>
        (_solver, _settings, _size) = (new AdjointWindowSolver(model, settings.Solver, settings.IsSingle), settings, model.Layout.Size);

    /// <summary>Analyzes the wanted steps of a window.</summary>
    /// <param name="window">The window.</param>
    /// <returns>The analyses, and what is doubtful about them; where there is no minimum they are the filter's.</returns>
    public (StateBlock Block, AnalysisWarning? Warning) Solve(GuessedWindow window)
    {
        var states = window.Guess.AsSpan(_size).ToArray(); // from the window's first step on [time, space]
        var terms = new ObservationTerms(window.Observations, window.Observations.Steps, _settings.Noise, _settings.Forcing);
        var count = (int)window.Steps.Count;
        var observed = count == 0 ? 0 : terms.At(count - 1).End;
        AnalysisWarning? warning = null;
        if (observed > 0)
        {
            var misfit = Minimize(window.Guess.AsSpan(0, _size), terms, count, states);
            var limit = _settings.MaximumMisfit + (5 * Math.Sqrt(2.0 / observed));
            warning = misfit <= limit ? null : new AnalysisWarning(window.Observations.Trajectory, window.Wanted, FormattableString.Invariant(
                $"4D-Var over the steps {window.Steps}: expected a misfit of about 1, got {misfit:G3}; take shorter windows or a larger background variance."));
        }

        var first = (int)(window.Wanted.Start - window.Steps.Start + 1) * _size;
        var all = (double[])[.. window.Guess.AsSpan(0, _size), .. states];
        var narrow = new float[window.Wanted.Count * _size];
        TensorPrimitives.ConvertTruncating<double, float>(all.AsSpan(first, narrow.Length), narrow);
        return (new StateBlock(window.Observations.Trajectory, window.Wanted.Start, _size, narrow), warning);
    }

    /// <summary>Frees the model's buffers.</summary>
    public void Dispose() => _solver.Dispose();

    // Replaces states by the trajectory of the minimum, where there is one.
    private double Minimize(ReadOnlySpan<double> before, ObservationTerms terms, int count, Span<double> states)
    {
        double[] background = [.. before];
        _solver.Advance(background, terms, -1, 1);
        var (prior, state) = (new Prior(background, _settings.Covariance), background.AsSpan().ToArray());
        _solver.Begin();
        if (_settings.Extension is { } extension)
        {
            for (var length = extension; length < count; length += extension)
            {
                _solver.Minimize(state, (terms, 0, length), prior, 0, _settings.StepsOfExtension, _settings.Tolerance);
            }
        }

        var misfit = _solver.Minimize(state, (terms, 0, count), prior, 0, _settings.Steps, _settings.Tolerance);
        if (!double.IsFinite(misfit) || !TensorPrimitives.IsFiniteAll<double>(state))
        {
            return double.NaN;
        }

        for (var k = 0; k * _size < states.Length; k++)
        {
            state.CopyTo(states[(k * _size)..]);
            if ((k + 1) * _size < states.Length)
            {
                _solver.Advance(state, terms, k, 1);
            }
        }

        return misfit;
    }
}
