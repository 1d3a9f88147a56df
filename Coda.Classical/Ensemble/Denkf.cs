using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;

namespace Coda.Classical.Ensemble;

/// <summary>The deterministic ensemble Kalman filter: A_a = A (I - ½ Sᵀ (S Sᵀ + I)⁻¹ S), half the gain for the anomalies.</summary>
/// <remarks>
/// Sakov and Oke (2008), "A deterministic formulation of the ensemble Kalman filter", doi:10.1111/j.1600-0870.2007.00299.x, eqs. 11-13.
/// A filter: an analysis uses its own and earlier steps.
/// </remarks>
[System.ComponentModel.Description("The deterministic ensemble Kalman filter of Sakov and Oke.")]
public sealed class Denkf : EnsembleMethod
{
    /// <summary>Makes the method; the first ensemble is made on first use.</summary>
    /// <param name="context">The reference observations; the trained model, where there is one.</param>
    /// <param name="options">Ensemble and forecast model.</param>
    /// <exception cref="ArgumentException">Options out of range, or no such forecast model.</exception>
    public Denkf(AnalysisContext context, Options options)
        : base(context, options)
    {
    }

    /// <inheritdoc/>
    /// <exception cref="DivergenceException">The filter lost the truth; while the analyses are enumerated.</exception>
    public override IEnumerable<StateBlock> Compute(IObservationArchive archive, AnalysisRequest? request = null) =>
        Setting.Analyze(this, archive, request, Update);

    /// <summary>T = I - ½ SᵀS (I + SᵀS)⁻¹, w = (I + SᵀS)⁻¹ Sᵀ d / √(N - 1).</summary>
    internal static void Update(EnsembleSpectrum spectrum, EnsembleObservations observations, ref CounterRandom random, EnsembleTransform transform) =>
        transform.Set(spectrum, static l => 1 / (1 + l), static l => 1 - (0.5 * l / (1 + l)));

    /// <summary>Ensemble and forecast model; the defaults suit a quarter of the sites seen at every step of .01.</summary>
    public sealed record Options : EnsembleOptions
    {
        /// <summary>Takes the defaults.</summary>
        public Options() => Inflation = 1.002;
    }
}
