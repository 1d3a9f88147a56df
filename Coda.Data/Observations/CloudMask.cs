using Coda.Data.Foundation;
using Coda.Data.Geometry;

namespace Coda.Data.Observations;

/// <summary>What another network observes, but for a cloud that drifts over the grid and hides a disc, or a band across its last axis.</summary>
/// <remarks>The cloud begins anywhere and drifts anywhere, drawn for each trajectory; round periodic axes, and over walls out and in again on the other
/// side.</remarks>
public sealed class CloudMask : ObservingNetwork
{
    private const long Stream = 0xC10D;

    private readonly Options _options;
    private readonly ObservingNetwork _inner;
    private readonly Grid _grid;
    private readonly double[] _positions; // as fractions of each axis [site · dimension]
    private readonly double _radius; // in units of the grid

    /// <summary>Makes the network.</summary>
    /// <param name="sites">Where the sites lie.</param>
    /// <param name="options">The cloud, and the network beneath it.</param>
    /// <exception cref="ArgumentException">A number out of range, or sites without a geometry.</exception>
    public CloudMask(SiteMap sites, Options options)
    {
        var grid = sites.Layout.Fields[0].Grid;
        new Faults("cloud-mask")
            .Require(options.Radius is > 0 and <= 0.5, nameof(options.Radius), "a share in (0, 0.5]", options.Radius)
            .Require(double.IsFinite(options.Speed), nameof(options.Speed), "a finite number", options.Speed)
            .Require(sites.Layout.Fields.All(f => f.Grid.HasDistance && f.Grid.GetType() == grid.GetType()), nameof(sites), "sites on a grid with distances",
                sites.Layout)
            .ThrowIfAny();
        (_options, _inner, _grid) = (options, Catalog.Create(options.Inner, sites), grid);
        _positions = [.. Enumerable.Range(0, sites.Entries.Count).SelectMany(sites.PositionOf)];
        _radius = options.Radius * grid.Extent.Min();
    }

    /// <inheritdoc/>
    public override void Observe(ulong seed, int trajectory, long step, Span<bool> observed)
    {
        _inner.Observe(seed, trajectory, step, observed);
        var (dimensions, centre) = (_grid.Extent.Count, Centre(new CounterRandom(seed, Stream, trajectory), step));
        var at = new double[dimensions];
        for (var site = 0; site < observed.Length; site++)
        {
            if (observed[site])
            {
                _positions.AsSpan(site * dimensions, dimensions).CopyTo(at);
                if (_options.Shape == CloudShape.Band)
                {
                    centre.AsSpan(0, dimensions - 1).CopyTo(at);
                }

                observed[site] = _grid.Distance(at, centre) > _radius;
            }
        }
    }

    // As fractions of each axis.
    private double[] Centre(CounterRandom random, long step)
    {
        var centre = new double[_grid.Extent.Count];
        var direction = Array.ConvertAll(centre, _ => random.NextGaussian());
        var length = Math.Sqrt(direction.Sum(d => d * d));
        for (var axis = 0; axis < centre.Length; axis++)
        {
            var isPeriodic = _grid.Shape.Count == centre.Length && _grid.IsPeriodic[axis];
            var margin = isPeriodic ? 0 : _radius / _grid.Extent[axis];
            var drift = _options.Speed * step * direction[axis] / length / _grid.Extent[axis];
            var along = (random.NextUniform() * (1 + (2 * margin))) + drift;
            centre[axis] = along - (Math.Floor(along / (1 + (2 * margin))) * (1 + (2 * margin))) - margin;
        }

        return centre;
    }

    /// <summary>The cloud, and the network beneath it.</summary>
    public sealed record Options
    {
        /// <summary>The network whose observations the cloud hides.</summary>
        public Component Inner { get; init; } = new("fixed-sites");

        /// <summary>What the cloud hides.</summary>
        public CloudShape Shape { get; init; }

        /// <summary>The disc's radius, or half the band's width, as a share of the grid's shortest axis, in (0, 0.5].</summary>
        public double Radius { get; init; } = 0.25;

        /// <summary>How far the cloud drifts in a step, in distances of neighbouring points.</summary>
        public double Speed { get; init; } = 0.5;
    }
}
