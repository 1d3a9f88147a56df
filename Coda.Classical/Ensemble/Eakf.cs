using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;

namespace Coda.Classical.Ensemble;

/// <summary>The ensemble adjustment Kalman filter, localized: observations one after another, each of which changes its own ensemble as a scalar filter
/// does, and the state by regression on that, tapered by distance.</summary>
/// <remarks>
/// Anderson (2003), doi:10.1175/1520-0493(2003)131&lt;0634:ALLSFF&gt;2.0.CO;2, with the covariances tapered by the function of Gaspari and Cohn (1999) and the
/// observed values changed beside the state (Anderson and Collins, 2007, doi:10.1175/JTECH2049.1). Observations come in the order of their sites; each lies at
/// the site that its operator is centred on. Where observations are few it costs much less than <see cref="Letkf"/>, which needs no order of them and does not
/// slow down where they are dense. For layouts with distances. A filter: an analysis uses its own and earlier steps.
/// </remarks>
[System.ComponentModel.Description("The serial ensemble adjustment Kalman filter, localized.")]
public sealed class Eakf : EnsembleMethod
{
    private readonly Options _options;

    /// <summary>Makes the method; the first ensemble is made on first use.</summary>
    /// <param name="context">The reference observations; the trained model, where there is one.</param>
    /// <param name="options">Radius, ensemble and forecast model.</param>
    /// <exception cref="ArgumentException">Options out of range, no such forecast model, or a layout without distances.</exception>
    public Eakf(AnalysisContext context, Options options)
        : base(context, options)
    {
        _options = options;
        LocalizedOptions.RequireDistances(Name, Layout);
    }

    /// <inheritdoc/>
    public override MemoryNeed Memory(ArchiveDescription archive, int workers) => Setting.LocalMemory(archive, workers, _options.Radius);

    /// <inheritdoc/>
    /// <exception cref="DivergenceException">The filter lost the truth; while the analyses are enumerated.</exception>
    public override IEnumerable<StateBlock> Compute(IObservationArchive archive, AnalysisRequest? request = null) => Setting.Analyze(
        this, archive, request, 0, (workers, stop) => new SerialRegressions(
            Setting.Localization(_options.Radius), _options.Members, _options.Inflation, workers, stop));

    /// <summary>Radius, ensemble and forecast model; the defaults suit a quarter of the sites seen at every step of .01.</summary>
    public sealed record Options : LocalizedOptions
    {
        /// <summary>Takes the defaults.</summary>
        public Options() => (Members, Inflation) = (20, 1.002);
    }
}
