using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;
using Coda.Inference.Assimilation;

namespace Coda.Classical.Ensemble;

/// <summary>The local ensemble transform Kalman filter: an ETKF for each point, whose observations count less the farther away they are.</summary>
/// <remarks>
/// Hunt, Kostelich and Szunyogh (2007), doi:10.1016/j.physd.2006.11.008, section 2.3; observation errors grow with distance by the function of Gaspari and Cohn
/// (1999). An observation lies at the site that its operator is centred on. Fields on one grid share the weights of each point. The cost is in proportion to
/// the number of points. For layouts with distances. A filter: an analysis uses its own and earlier steps.
/// </remarks>
[System.ComponentModel.Description("The local ensemble transform Kalman filter.")]
public sealed class Letkf : EnsembleMethod
{
    private readonly Options _options;

    /// <summary>Makes the method; the first ensemble is made on first use.</summary>
    /// <param name="context">The reference observations; the trained model, where there is one.</param>
    /// <param name="options">Radius, ensemble and forecast model.</param>
    /// <exception cref="ArgumentException">Options out of range, no such forecast model, or a layout without distances.</exception>
    public Letkf(AnalysisContext context, Options options)
        : base(context, options)
    {
        _options = options;
        LocalizedOptions.RequireDistances(Name, Layout);
        new Faults(Name)
            .Require(options.Spacing == 1 || Layout.SharedGrid is RegularGrid, nameof(options.Spacing),
                $"1 unless all fields lie on one regular grid ({Layout})", options.Spacing)
            .ThrowIfAny();
    }

    /// <inheritdoc/>
    public override MemoryNeed Memory(ArchiveDescription archive, int workers) => Setting.LocalMemory(archive, workers, _options.Radius, 0, _options.Spacing);

    /// <inheritdoc/>
    /// <exception cref="DivergenceException">The filter lost the truth; while the analyses are enumerated.</exception>
    public override IEnumerable<StateBlock> Compute(IObservationArchive archive, AnalysisRequest? request = null) => Setting.Analyze(
        this, archive, request, 0, (workers, stop) => _options.Spacing == 1
            ? new LocalTransforms(Setting.Localization(_options.Radius), _options.Members, _options.Inflation, workers, stop)
            : new InterpolatedTransforms(Setting.Localization(_options.Radius, _options.Spacing), _options.Members, _options.Inflation, workers, stop));

    /// <summary>Radius, ensemble and forecast model; the defaults suit a quarter of the sites seen at every step of .01.</summary>
    public sealed record Options : LocalizedOptions
    {
        /// <summary>Takes the defaults.</summary>
        public Options() => (Members, Inflation) = (20, 1.002);

        /// <summary>
        /// The sites along each axis from one point whose transform is computed to the next; between them transforms are interpolated (Yang, Kalnay, Hunt and
        /// Bowler, 2009, doi:10.1002/qj.353). A third of the radius loses nothing and is several times as fast in two dimensions; 1, at least that, is exact.
        /// </summary>
        public int Spacing { get; init; } = 1;

        /// <inheritdoc/>
        public override Faults Check(string method) => base.Check(method)
            .Require(Spacing >= 1, nameof(Spacing), "at least 1", Spacing);
    }
}
