using Coda.Classical.Observed;
using Coda.Classical.Variational.Costs;
using Coda.Classical.Variational.Smoothing;
using Coda.Classical.Variational.Tangents;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Time;
using Coda.Inference.Assimilation;
using Coda.Inference.Forecasting;

namespace Coda.Classical.Variational.Stretches;

/// <summary>The iterated smoother at one step at a time, its passes taken to rest over a window around it, with Kᵀ by one more solve of the last pass's
/// equations.</summary>
internal sealed class SmootherSensitivity : IAnalysisSensitivity
{
    private const int MostPasses = 40;
    private const double Rest = 1e-9; // of the prior's deviation: differences of analyses are what is wanted
    private const double Lowering = 0.1;

    private readonly LinearizedModel _model;
    private readonly IObservationArchive _archive;
    private readonly AssimilationMethod _firstGuess;
    private readonly Settings _settings;
    private readonly TrajectorySmoother _smoother;
    private readonly AlgebraMap<double> _operator;
    private readonly RecordForcing? _forcing;
    private readonly int _size;
    private (int Trajectory, StepRange Steps)? _last;
    private Prior? _prior;
    private double[] _states = []; // [time, space]
    private ObservationStretch? _window;
    private int _row;

    /// <summary>Makes a worker.</summary>
    /// <param name="model">The model M and the operator H.</param>
    /// <param name="archive">The record.</param>
    /// <param name="firstGuess">Whose analyses the passes start from.</param>
    /// <param name="settings">Variances and the window.</param>
    public SmootherSensitivity(LinearizedModel model, IObservationArchive archive, AssimilationMethod firstGuess, Settings settings)
    {
        (_model, _archive, _firstGuess, _settings, _size) = (model, archive, firstGuess, settings, model.Layout.Size);
        (_smoother, _operator, _forcing) = (new(model) { Shares = settings.Shares }, model.StartOperator(), model.ForcingOf(archive));
    }

    /// <inheritdoc/>
    public StepRange Window(long step) =>
        new StepRange(step - _settings.Before, step + 1 + _settings.After).Intersect(_archive.Description.Steps);

    /// <inheritdoc/>
    public void Analyze(ObservationStretch window, long step, Span<double> state)
    {
        var q = _settings.ModelErrorVariance;
        if (_last != (window.Trajectory, window.Steps))
        {
            Start(window);
            q = Math.Max(q, Math.Min(100 * q, 1e-2));
        }

        var terms = new ObservationTerms(window, window.Steps, _settings.Noise, _forcing);
        var change = double.PositiveInfinity;
        for (var pass = 0; pass < MostPasses && !(change <= Rest * _prior!.Scale); pass++)
        {
            change = _smoother.Pass(_states, terms, _prior, q).Change;
            if (!double.IsFinite(change))
            {
                throw new DivergenceException($"The smoother diverged in the window {window.Steps}: expected passes that come to rest, got states that are not "
                    + "finite. Take a larger model error (option modelErrorVariance) or a better first guess.");
            }

            change = q > _settings.ModelErrorVariance ? double.PositiveInfinity : change;
            q = Math.Max(_settings.ModelErrorVariance, q * Lowering);
        }

        (_last, _window, _row) = ((window.Trajectory, window.Steps), window, (int)(step - window.Steps.Start));
        _states.AsSpan(_row * _size, _size).CopyTo(state);
    }

    /// <inheritdoc/>
    public void Pull(ReadOnlySpan<double> gradient, Span<double> sensitivities)
    {
        var window = _window ?? throw new InvalidOperationException("Expected an analysis before its sensitivities, got none.");
        var right = Solve(gradient);
        var (seen, values) = (new double[window.SiteCount], new double[window.SiteCount]);
        sensitivities.Clear();
        for (var row = 0; row < window.Steps.Count; row++)
        {
            var first = row * window.SiteCount;
            if (window.Mask.AsSpan(first, window.SiteCount).IndexOfAnyExcept(0f) < 0)
            {
                continue;
            }

            _operator.Push(_states.AsSpan(row * _size, _size), right.AsSpan(row * _size, _size), values, seen, 1);
            for (var site = 0; site < window.SiteCount; site++)
            {
                if (window.Mask[first + site] != 0)
                {
                    sensitivities[first + site] = seen[site] / _settings.Noise.Of(window, first + site);
                }
            }
        }
    }

    /// <inheritdoc/>
    public bool Covary(ReadOnlySpan<double> direction, Span<double> product)
    {
        Solve(direction).AsSpan(_row * _size, _size).CopyTo(product);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _smoother.Dispose();
        _operator.Dispose();
    }

    private double[] Solve(ReadOnlySpan<double> gradient)
    {
        var right = new double[_states.Length];
        gradient.CopyTo(right.AsSpan(_row * _size));
        _smoother.Solve(right);
        return right;
    }

    private void Start(ObservationStretch window)
    {
        using var guess = new StateWindow(
            _firstGuess.Compute(_archive, new AnalysisRequest { Trajectories = [window.Trajectory], Steps = window.Steps, Workers = 1 }), _size);
        _states = guess.Take(window.Steps);
        _prior = TrajectoryPrior.Of(_states, _model.Layout, _settings.PriorVariance, _settings.Parameters);
    }

    /// <summary>Variances and the window.</summary>
    /// <param name="Noise">The variance of the observations' errors.</param>
    /// <param name="ModelErrorVariance">q.</param>
    /// <param name="PriorVariance">That of the state before the window is observed; by default that of the first guess over it.</param>
    /// <param name="Before">The steps of the window before the one that is analyzed.</param>
    /// <param name="After">Those after it.</param>
    internal sealed record Settings(ErrorVariance Noise, double ModelErrorVariance, double? PriorVariance, int Before, int After)
    {
        /// <summary>How q is shared among the state's entries; nothing where all have the same.</summary>
        public ErrorShares? Shares { get; init; }

        /// <summary>What parameters in the state are; nothing where it holds none.</summary>
        public ParameterPrior? Parameters { get; init; }
    }
}
