using Coda.Classical.Observed;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;
using Coda.Data.Observations;
using Coda.Inference.Assimilation;

namespace Coda.Classical.OptimalInterpolation;

/// <summary>Optimal interpolation of fields on grids of any size: x_a = m + C Hᵀ (H C Hᵀ + R)⁻¹ (y - H m) with a covariance that is never a matrix.</summary>
/// <remarks>
/// After Gandin (1963), with C = σ² exp(-r² / 2 L²) exp(-t² / 2 T²), by transforms along each axis of the grid; m, σ², L and T are estimated from the reference
/// observations alone. Conjugate gradients in the space of the observations solve for a few steps together, from the observations around them. Fields are
/// independent of each other. It takes any linear observation operator, and gives no spread. On rings and tori with many observations
/// <see cref="SpaceTimeOptimalInterpolation"/>, which estimates the covariance's shape too, is the better.
/// </remarks>
[System.ComponentModel.Description("Optimal interpolation of fields in space and time, by an operator and conjugate gradients.")]
public sealed class FieldOptimalInterpolation : AssimilationMethod
{
    private const int Length = 8;   // steps that are solved for together
    private const int Controls = 4; // vectors of a state for each observed step of a window

    private readonly Options _options;
    private readonly ObservationOperator _operator;
    private readonly ErrorVariance _noise;
    private readonly OnFirstUse<FieldStatistics> _statistics;
    private readonly ArchiveDescription _archive;

    /// <summary>Makes the method; the statistics are estimated on first use.</summary>
    /// <param name="context">The reference observations.</param>
    /// <param name="options">Window and lengths.</param>
    /// <exception cref="ArgumentException">Options out of range, or a field that lies on no regular grid.</exception>
    public FieldOptimalInterpolation(AnalysisContext context, Options options)
    {
        (_options, _archive) = (options, context.Reference.Description);
        options.Check(Name)
            .Require(options.HalfWidth >= 0, nameof(options.HalfWidth), "at least 0", options.HalfWidth)
            .Require(options.LengthScale is null or (> 0 and < double.PositiveInfinity), nameof(options.LengthScale), "a finite number greater than 0",
                options.LengthScale)
            .Require(options.TimeScale is null or (> 0 and < double.PositiveInfinity), nameof(options.TimeScale), "a finite number greater than 0",
                options.TimeScale)
            .Require(options.StatisticsSteps >= 2, nameof(options.StatisticsSteps), "at least 2", options.StatisticsSteps)
            .Require(options.Tolerance is > 0 and < 1, nameof(options.Tolerance), "a number greater than 0 and less than 1", options.Tolerance)
            .Require(Layout.Fields.All(f => f.Grid is RegularGrid), "layout", "fields on regular grids", Layout)
            .ThrowIfAny();
        _operator = WorkingOperator.Of(_archive.Operator, Layout, _archive.ErrorModels());
        _noise = new ErrorVariance(options.Sigma, _archive.Sigma);
        _statistics = new(cancellation => FieldStatistics.Of(context.Reference, _operator.Locations, _noise, options, cancellation));
    }

    /// <inheritdoc/>
    public override int? LookAhead => _options.HalfWidth + Length - 1;

    /// <inheritdoc/>
    public override int? PieceLength => Length;

    /// <inheritdoc/>
    public override StateLayout Layout => _archive.Layout;

    /// <inheritdoc/>
    public override MemoryNeed Memory(ArchiveDescription archive, int workers) => PieceMemory.Of(this, archive, workers, _options.HalfWidth)
        .Add(FormattableString.Invariant($"weights of windows of {Length + (2 * _options.HalfWidth)} steps for {workers} workers"), sizeof(double), workers,
            Math.Min(archive.Steps.Count, Length + (2.0 * _options.HalfWidth)) + Controls, Layout.Size);

    /// <inheritdoc/>
    public override IEnumerable<StateBlock> Compute(IObservationArchive archive, AnalysisRequest? request = null)
    {
        request ??= new AnalysisRequest();
        new Faults($"{Name}: the archive against the reference observations")
            .Require(archive.Description.Layout.Equals(Layout), nameof(archive.Description.Layout), $"{Layout}", archive.Description.Layout)
            .Require(archive.Description.SiteCount == _operator.SiteCount, nameof(archive.Description.SiteCount), $"{_operator.SiteCount}",
                archive.Description.SiteCount)
            .ThrowIfAny();
        request.Require(archive.Description, this);
        return PieceByPiece.Analyze(
            archive, request, Length, _options.HalfWidth,
            () => new FieldInterpolation(_statistics.Get(request.Cancellation), _operator, _options.Tolerance), (interpolation, piece) =>
            {
                var controls = interpolation.Solve(Observed(piece.Observations));
                var states = new float[piece.Steps.Count * Layout.Size]; // [time, space]
                for (var step = 0; step < piece.Steps.Count; step++)
                {
                    interpolation.Analyze(controls, step + _options.HalfWidth, states.AsSpan(step * Layout.Size, Layout.Size));
                }

                return piece.Block(states, Layout.Size);
            });
    }

    private List<(int Row, (int Site, double Value, double Variance)[] Seen)> Observed(ObservationStretch stretch)
    {
        var observed = new List<(int, (int, double, double)[])>();
        for (var row = 0; row < stretch.Steps.Count; row++)
        {
            (int, double, double)[] seen = [.. Enumerable.Range(row * stretch.SiteCount, stretch.SiteCount).Where(at => stretch.Mask[at] != 0)
                .Select(at => (at % stretch.SiteCount, (double)stretch.Values[at], _noise.Of(stretch, at)))];
            if (seen.Length > 0)
            {
                observed.Add((row, seen));
            }
        }

        return observed;
    }

    /// <summary>The window, and lengths that are given.</summary>
    public sealed record Options : MethodOptions
    {
        /// <summary>The half-width a of the window, in steps.</summary>
        public int HalfWidth { get; init; } = 25;

        /// <summary>L, in distances of neighbours; by default as the observations show.</summary>
        public double? LengthScale { get; init; }

        /// <summary>T, in steps; by default as the observations show.</summary>
        public double? TimeScale { get; init; }

        /// <summary>The most steps of the reference observations that statistics are estimated from.</summary>
        public long StatisticsSteps { get; init; } = 10_000;

        /// <summary>The residual at which conjugate gradients stop, as a share of the right-hand side.</summary>
        public double Tolerance { get; init; } = 1e-3;
    }
}
