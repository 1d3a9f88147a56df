using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;

namespace Coda.Classical.Ensemble;

/// <summary>The local ensemble transform Kalman filter: an ETKF for each state entry, whose observations count less the farther away they are.</summary>
/// <remarks>
/// Hunt, Kostelich and Szunyogh (2007), doi:10.1016/j.physd.2006.11.008, section 2.3; observation errors grow with distance by the function of Gaspari and Cohn
/// (1999). An observation lies at the site that its operator is centred on. For layouts with distances. A filter: an analysis uses its own and earlier steps.
/// </remarks>
[System.ComponentModel.Description("The local ensemble transform Kalman filter.")]
public sealed class Letkf : EnsembleMethod
{
    private readonly Options _options;
    private readonly Lazy<double[]> _taper;

    /// <summary>Makes the method; the first ensemble is made on first use.</summary>
    /// <param name="context">The reference observations; the trained model, where there is one.</param>
    /// <param name="options">Radius, ensemble and forecast model.</param>
    /// <exception cref="ArgumentException">Options out of range, no such forecast model, or a layout without distances.</exception>
    public Letkf(AnalysisContext context, Options options)
        : base(context, options)
    {
        _options = options;
        new Faults(Name)
            .Require(LayoutDistance.Has(Layout), nameof(Layout), $"{LayoutDistance.Expected}, for localization needs distances", Layout)
            .ThrowIfAny();
        _taper = new(Taper);
    }

    /// <inheritdoc/>
    public override MemoryNeed Memory(ArchiveDescription archive, int workers)
    {
        double size = Layout.Size, sites = Setting.Operator.SiteCount, cycles = Math.Min(workers, archive.TrajectoryCount);
        return base.Memory(archive, workers)
            .AddArray(FormattableString.Invariant($"weights of {sites} sites at {size} entries"), sizeof(double), size, sites)
            .Add("products of anomalies and observations", sizeof(double), cycles, (size + sites) * sites);
    }

    /// <inheritdoc/>
    /// <exception cref="DivergenceException">The filter lost the truth; while the analyses are enumerated.</exception>
    public override IEnumerable<StateBlock> Compute(IObservationArchive archive, AnalysisRequest? request = null) => Setting.Analyze(
        this, archive, request, 0, () => new LocalAnalysis(_taper.Value, Setting.Operator.SiteCount, _options.Members, Layout.Size, _options.Inflation));

    private double[] Taper()
    {
        var (distance, locations) = (new LayoutDistance(Layout), Setting.Operator.Locations);
        return [.. Enumerable.Range(0, Layout.Size)
            .SelectMany(entry => locations.Select(site => GaspariCohn.At(distance.Between(entry, site), _options.Radius)))]; // [space, site]
    }

    /// <summary>Radius, ensemble and forecast model; the defaults suit a quarter of the sites seen at every step of .01.</summary>
    public sealed record Options : EnsembleOptions
    {
        /// <summary>Takes the defaults.</summary>
        public Options() => (Members, Inflation) = (20, 1.002);

        /// <summary>The localization radius in sites: the standard deviation of the Gaussian that the taper is like; it vanishes at 3.64 radii.</summary>
        [Tuned(4, 6, 8, 12)]
        public double Radius { get; init; } = 6;

        internal override string Cure => "Take more members, a smaller radius or a larger inflation, or start elsewhere with another seed.";

        /// <inheritdoc/>
        public override Faults Check(string method) => base.Check(method)
            .Require(Radius is > 0 and < double.PositiveInfinity, nameof(Radius), "a number greater than 0", Radius);
    }
}
