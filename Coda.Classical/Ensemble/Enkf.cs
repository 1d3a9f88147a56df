using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;

namespace Coda.Classical.Ensemble;

/// <summary>The stochastic ensemble Kalman filter: every member is drawn to observations with a perturbation of its own.</summary>
/// <remarks>
/// Burgers, van Leeuwen and Evensen (1998), doi:10.1175/1520-0493(1998)126&lt;1719:ASITEK&gt;2.0.CO;2; the perturbations' mean is taken off.
/// A filter: an analysis uses its own and earlier steps.
/// </remarks>
[System.ComponentModel.Description("The stochastic ensemble Kalman filter.")]
public sealed class Enkf : EnsembleMethod
{
    /// <summary>Makes the method; the first ensemble is made on first use.</summary>
    /// <param name="context">The reference observations; the trained model, where there is one.</param>
    /// <param name="options">Ensemble and forecast model.</param>
    /// <exception cref="ArgumentException">Options out of range, or no such forecast model.</exception>
    public Enkf(AnalysisContext context, Options options)
        : base(context, options)
    {
    }

    /// <inheritdoc/>
    /// <exception cref="DivergenceException">The filter lost the truth; while the analyses are enumerated.</exception>
    public override IEnumerable<StateBlock> Compute(IObservationArchive archive, AnalysisRequest? request = null) =>
        Setting.Analyze(this, archive, request, Update);

    /// <summary>x_m + A Sᵀ (S Sᵀ + I)⁻¹ (d + ε_m - s_m) / √(N - 1), in ensemble space.</summary>
    internal static void Update(EnsembleSpectrum spectrum, EnsembleObservations observations, ref CounterRandom random, EnsembleTransform transform)
    {
        transform.Set(spectrum, static l => 1 / (1 + l), static l => 1 / (1 + l));
        transform.Perturb(spectrum, observations, ref random, static l => 1 / (1 + l));
    }

    /// <summary>Ensemble and forecast model; the defaults suit a quarter of the sites seen at every step of .01.</summary>
    public sealed record Options : EnsembleOptions
    {
        /// <summary>Takes the defaults.</summary>
        public Options() => Inflation = 1.02;
    }
}
