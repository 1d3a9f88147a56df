using Coda.Data.Foundation;

namespace Coda.Data.Observations;

/// <summary>Satellite tracks that shift from pass to pass: points in even distances along the rows of a grid, or slanted lines across it.</summary>
/// <remarks>
/// By default as Sakov and Oke (Tellus A 60, 2008, doi:10.1111/j.1600-0870.2007.00299.x) and DAPPER observe their quasi-geostrophic flow: of n sites those
/// numbered ⌊i n / count⌋ + o, with one random offset o of less than their distance at each pass, which on a grid look like slanted tracks. With a spacing, the
/// sites within half a width of lines x = slope y + spacing m + p, in distances of neighbouring points, whose p is drawn for each pass or moves by the shift
/// from one to the next.
/// </remarks>
public sealed class Tracks : ObservingNetwork
{
    private const long Stream = 0x7AC;

    private readonly Options _options;
    private readonly double[] _offsets = []; // of each site from the line through the origin [site]

    /// <summary>Makes the network.</summary>
    /// <param name="sites">Where the sites lie.</param>
    /// <param name="options">Points or lines, and the time between passes.</param>
    /// <exception cref="ArgumentException">A number out of range, or lines across sites without a geometry.</exception>
    public Tracks(SiteMap sites, Options options)
    {
        new Faults("tracks")
            .Require(options.Count >= 1, nameof(options.Count), "at least 1", options.Count)
            .Require(options.Interval >= 1, nameof(options.Interval), "at least 1 step", options.Interval)
            .Require(options.Spacing is null or (> 0 and < double.PositiveInfinity), nameof(options.Spacing), "a number greater than 0", options.Spacing)
            .Require(double.IsFinite(options.Slope), nameof(options.Slope), "a finite number", options.Slope)
            .Require(options.Width is > 0 and < double.PositiveInfinity, nameof(options.Width), "a number greater than 0", options.Width)
            .Require(options.Shift is null || double.IsFinite(options.Shift.Value), nameof(options.Shift), "a finite number", options.Shift)
            .Require(options.Shift is null || options.Spacing is not null, nameof(options.Shift), "none without Spacing", options.Shift)
            .Require(options.Spacing is null || sites.Layout.Fields.All(f => f.Grid.Extent.Count is 1 or 2), nameof(options.Spacing),
                $"none on {sites.Layout}, which has not one or two axes of space", options.Spacing)
            .ThrowIfAny();
        _options = options;
        if (options.Spacing is not null)
        {
            _offsets = new double[sites.Entries.Count];
            var extent = sites.Layout.Fields[0].Grid.Extent;
            for (var site = 0; site < _offsets.Length; site++)
            {
                var at = sites.PositionOf(site);
                _offsets[site] = (at[^1] * extent[^1]) - (at.Length > 1 ? options.Slope * at[0] * extent[0] : 0);
            }
        }
    }

    /// <inheritdoc/>
    public override void Observe(ulong seed, int trajectory, long step, Span<bool> observed)
    {
        observed.Clear();
        if (step % _options.Interval != 0)
        {
            return;
        }

        var drawn = new CounterRandom(seed, Stream, trajectory, _options.Shift is null ? step : 0).NextUniform();
        if (_options.Spacing is { } spacing)
        {
            var line = (drawn * spacing) + ((_options.Shift ?? 0) * Math.Floor((double)step / _options.Interval));
            for (var site = 0; site < observed.Length; site++)
            {
                var beyond = (_offsets[site] - line + (_options.Width / 2)) / spacing;
                observed[site] = (beyond - Math.Floor(beyond)) * spacing < _options.Width;
            }

            return;
        }

        var count = Math.Min(_options.Count, observed.Length);
        var offset = (int)(drawn * (observed.Length / count)); // the distance of the first two
        for (var i = 0; i < count; i++)
        {
            observed[(int)((long)i * observed.Length / count) + offset] = true;
        }
    }

    /// <summary>Points or lines, and the time between passes.</summary>
    public sealed record Options
    {
        /// <summary>The number of points of a pass, where there is no <see cref="Spacing"/>; all sites where there are fewer.</summary>
        public int Count { get; init; } = 300;

        /// <summary>The steps from one pass to the next: at steps of 1.25, 4 are the 5 units of time of Sakov and Oke.</summary>
        public int Interval { get; init; } = 4;

        /// <summary>The distance of lines along the last axis, in distances of neighbouring points; points in even distances by default.</summary>
        public double? Spacing { get; init; }

        /// <summary>How far lines run along the last axis for each row.</summary>
        public double Slope { get; init; } = 0.5;

        /// <summary>How wide lines are along the last axis: at 1, each takes one point of a row.</summary>
        public double Width { get; init; } = 1;

        /// <summary>How far lines move along the last axis from one pass to the next; drawn for each pass by default.</summary>
        public double? Shift { get; init; }
    }
}
