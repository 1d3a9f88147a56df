using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;

namespace Coda.Classical.Ensemble;

/// <summary>The ensemble transform Kalman filter: A_a = A (I + SᵀS)^(-1/2), the symmetric square root.</summary>
/// <remarks>
/// Bishop, Etherton and Majumdar (2001), doi:10.1175/1520-0493(2001)129&lt;0420:ASWTET&gt;2.0.CO;2, with the symmetric root of Hunt, Kostelich and Szunyogh
/// (2007), eqs. 21-24; rotation after Sakov and Oke (2008). A filter: an analysis uses its own and earlier steps.
/// </remarks>
[System.ComponentModel.Description("The ensemble transform Kalman filter.")]
public sealed class Etkf : EnsembleMethod
{
    private readonly Options _options;

    /// <summary>Makes the method; the first ensemble is made on first use.</summary>
    /// <param name="context">The reference observations; the trained model, where there is one.</param>
    /// <param name="options">Ensemble and forecast model.</param>
    /// <exception cref="ArgumentException">Options out of range, or no such forecast model.</exception>
    public Etkf(AnalysisContext context, Options options)
        : base(context, options) => _options = options;

    /// <inheritdoc/>
    /// <exception cref="DivergenceException">The filter lost the truth; while the analyses are enumerated.</exception>
    public override IEnumerable<StateBlock> Compute(IObservationArchive archive, AnalysisRequest? request = null) =>
        Setting.Analyze(this, archive, request, Update, _options.Rotation);

    /// <summary>T = (I + SᵀS)^(-1/2), w = (I + SᵀS)⁻¹ Sᵀ d / √(N - 1).</summary>
    internal static void Update(EnsembleSpectrum spectrum, EnsembleObservations observations, ref CounterRandom random, EnsembleTransform transform) =>
        transform.Set(spectrum, static l => 1 / (1 + l), static l => 1 / Math.Sqrt(1 + l));

    /// <summary>Ensemble and forecast model; the defaults suit a quarter of the sites seen at every step of .01.</summary>
    public sealed record Options : EnsembleOptions
    {
        /// <summary>Takes the defaults.</summary>
        public Options() => Inflation = 1.002;

        /// <summary>Whether the analyzed anomalies are turned by a random rotation that keeps mean and covariance.</summary>
        public bool Rotation { get; init; }
    }
}
