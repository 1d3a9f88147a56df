using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Observations;
using Coda.Data.Time;
using Coda.Inference.Forecasting;

namespace Coda.Inference.Impact;

/// <summary>Forecasts against the observations that are withheld from every input: e = (1 / p) Σ ((y_o - H(x)_o) / σ_o)².</summary>
/// <remarks>The errors of what verifies, which no analysis has seen, add 1 to e, whatever the forecast: differences of e are those of the forecast's
/// error.</remarks>
public sealed class WithheldVerification : IVerification
{
    private readonly IObservationArchive _archive;
    private readonly AlgebraMap<double> _operator;
    private readonly float[] _sigma;
    private readonly double[] _seen;
    private readonly double[] _weights;
    private ObservationStretch? _loaded;

    /// <summary>Takes an archive's withheld observations.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="h">What it observes of the states that are verified.</param>
    /// <param name="layout">The layout of those states, where it is not the archive's.</param>
    /// <exception cref="ArgumentException">Nothing is withheld.</exception>
    public WithheldVerification(IObservationArchive archive, ObservationOperator h, StateLayout? layout = null)
    {
        ArgumentNullException.ThrowIfNull(archive);
        ArgumentNullException.ThrowIfNull(h);
        var description = archive.Description;
        if (description.Withheld.Fraction <= 0)
        {
            throw new ArgumentException("Expected an archive with withheld observations to verify forecasts against, got none withheld. Import or simulate it "
                + "with --withhold, or verify against analyses (--verify analysis).");
        }

        (_archive, _operator) = (archive, ImpactOperator.Of(h, layout ?? description.Layout));
        _sigma = ImpactOperator.Sigmas(description);
        (_seen, _weights) = (new double[h.SiteCount], new double[h.SiteCount]);
    }

    /// <inheritdoc/>
    public string Description => "withheld observations";

    /// <inheritdoc/>
    public bool Load(int trajectory, long step)
    {
        if (!_archive.Description.Steps.Contains(step))
        {
            return false;
        }

        _loaded = _archive.ReadObservations(trajectory, new StepRange(step, step + 1), ObservationSubset.Withheld);
        return _loaded.Mask.AsSpan().IndexOfAnyExcept(0f) >= 0;
    }

    /// <inheritdoc/>
    public double Error(ReadOnlySpan<double> state, Span<double> gradient)
    {
        var stretch = _loaded ?? throw new InvalidOperationException("Expected a step that is loaded, got none.");
        _operator.Apply(state, _seen, 1);
        var (sum, count) = (0.0, stretch.Mask.Length - System.MemoryExtensions.Count(stretch.Mask, 0f));
        for (var site = 0; site < _seen.Length; site++)
        {
            _weights[site] = 0;
            if (stretch.Mask[site] != 0)
            {
                var sigma = ImpactOperator.Sigma(stretch, site, _sigma);
                var departure = (_seen[site] - stretch.Values[site]) / sigma;
                sum += departure * departure;
                _weights[site] = 2 * departure / (sigma * count);
            }
        }

        _operator.Pull(state, _weights, _seen, gradient, 1);
        return sum / count;
    }

    /// <summary>Frees the operator's buffers.</summary>
    public void Dispose() => _operator.Dispose();
}
