using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;

namespace Coda.Classical.Ensemble;

/// <summary>The ensemble Kalman smoother with a fixed lag: each filter update also changes the states of the last steps.</summary>
/// <remarks>
/// Evensen and van Leeuwen (2000), doi:10.1175/1520-0493(2000)128&lt;1852:AEKSFN&gt;2.0.CO;2; Evensen (2003), section 4.2. With lag 0 it is the filter, bit
/// for bit. A smoother: the analysis of step k uses the steps up to k + lag, those of the record's last steps up to its end. Inflation is the present's:
/// earlier states are updated without it. Localized filters update the states of the lag point by point, each by what lies near it
/// (Khare, Anderson, Hoar and Nychka, 2008, doi:10.1111/j.1600-0870.2007.00281.x).
/// </remarks>
[System.ComponentModel.Description("The ensemble Kalman smoother with a fixed lag.")]
public sealed class Enks : EnsembleMethod
{
    private const double DefaultRadius = 6;

    private readonly Options _options;

    /// <summary>Makes the method; the first ensemble is made on first use.</summary>
    /// <param name="context">The reference observations; the trained model, where there is one.</param>
    /// <param name="options">Ensemble and forecast model.</param>
    /// <exception cref="ArgumentException">Options out of range, or no such forecast model.</exception>
    public Enks(AnalysisContext context, Options options)
        : base(context, options)
    {
        _options = options;
        if (options.IsLocal)
        {
            LocalizedOptions.RequireDistances(Name, Layout);
        }
    }

    /// <inheritdoc/>
    public override int? LookAhead => _options.Lag;

    /// <inheritdoc/>
    public override MemoryNeed Memory(ArchiveDescription archive, int workers) =>
        _options.IsLocal ? Setting.LocalMemory(archive, workers, _options.Radius ?? DefaultRadius, _options.Lag)
        : Setting.Memory(archive, workers, _options.Lag);

    /// <inheritdoc/>
    /// <exception cref="DivergenceException">The filter lost the truth; while the analyses are enumerated.</exception>
    public override IEnumerable<StateBlock> Compute(IObservationArchive archive, AnalysisRequest? request = null) => _options.IsLocal
        ? Setting.Analyze(this, archive, request, _options.Lag, Local)
        : Setting.Analyze(this, archive, request, Update(), _options.Rotation, _options.Lag, _options.Filter == EnsembleFilter.EnkfN);

    private LocalAnalysis Local(int workers, CancellationToken cancellation)
    {
        var (localization, members, inflation) = (Setting.Localization(_options.Radius ?? DefaultRadius), _options.Members, _options.Inflation);
        return _options.Filter == EnsembleFilter.Letkf
            ? new LocalTransforms(localization, members, inflation, workers, cancellation)
            : new SerialRegressions(localization, members, inflation, workers, cancellation);
    }

    private EnsembleUpdate Update() => _options.Filter switch
    {
        EnsembleFilter.Etkf => Etkf.Update,
        EnsembleFilter.Enkf => Enkf.Update,
        EnsembleFilter.Denkf => Denkf.Update,
        EnsembleFilter.EnkfN => EnkfN.UpdateOf(_options.Members),
        _ => throw new ArgumentException($"Option filter: expected one of {string.Join(", ", Enum.GetNames<EnsembleFilter>())}, got {_options.Filter}."),
    };

    /// <summary>Lag, filter, ensemble and forecast model; the defaults suit a quarter of the sites seen at every step of .01.</summary>
    public sealed record Options : EnsembleOptions
    {
        /// <summary>Takes the defaults.</summary>
        public Options() => Inflation = 1.002;

        /// <summary>
        /// The number of later steps L whose observations an analysis uses, at least 0. The memory grows with it; so does the cost of localized filters, not
        /// that of the others.
        /// </summary>
        public int Lag { get; init; } = 100;

        /// <summary>The filter whose updates are carried back.</summary>
        public EnsembleFilter Filter { get; init; }

        /// <summary>The localization radius in sites of the filters letkf and eakf, 6 by default; the others have none.</summary>
        public double? Radius { get; init; }

        /// <summary>Whether the analyzed anomalies are turned by a random rotation that keeps mean and covariance.</summary>
        public bool Rotation { get; init; }

        internal bool IsLocal => Filter is EnsembleFilter.Letkf or EnsembleFilter.Eakf;

        internal override string Cure =>
            IsLocal ? "Take more members, a smaller radius or a larger inflation, or start elsewhere with another seed." : base.Cure;

        /// <inheritdoc/>
        public override Faults Check(string method) => base.Check(method)
            .Require(Lag >= 0, nameof(Lag), "at least 0", Lag)
            .Require(Radius is null || IsLocal, nameof(Radius), "none with a filter that is not localized (filter=letkf, filter=eakf)", Radius)
            .Require(Radius is null or (> 0 and < double.PositiveInfinity), nameof(Radius), "a number greater than 0", Radius)
            .Require(!Rotation || !IsLocal, nameof(Rotation), "none with a localized filter", Rotation);
    }
}
