using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;

namespace Coda.Data.Observations;

/// <summary>The positions on the grid of one field that <see cref="PlacedOptions"/> name.</summary>
internal sealed class PlacedSites
{
    private const long RandomStream = 0x9051;
    private readonly PlacedOptions _options;

    /// <summary>Checks what is asked for and finds it.</summary>
    /// <param name="layout">The state's layout.</param>
    /// <param name="options">The field and its positions.</param>
    /// <param name="faults">Takes what is wrong.</param>
    public PlacedSites(StateLayout layout, PlacedOptions options, Faults faults)
    {
        _options = options;
        var field = layout.Fields.FirstOrDefault(f => f.Name == (options.Field ?? (layout.Fields.Count == 1 ? f.Name : null)));
        faults.Require(field is not null, nameof(options.Field), $"a field of {layout}", options.Field)
            .Require(field?.Grid is null or RegularGrid { Shape.Count: <= 2 }, nameof(options.Field), "one on a ring, line, torus or plane", field?.Grid)
            .Require(PositionAxis.FaultOf(options.XRange) is null, nameof(options.XRange), "two different numbers", PositionAxis.FaultOf(options.XRange))
            .Require(PositionAxis.FaultOf(options.YRange) is null, nameof(options.YRange), "two different numbers", PositionAxis.FaultOf(options.YRange))
            .Require(
                new[] { options.X is not null || options.Y is not null, options.Packed is not null, options.Random is not null }.Count(given => given) <= 1,
                nameof(options.X), "positions given in one way, by X and Y, Packed or Random", "several")
            .Require(options.Random is null or > 0, nameof(options.Random), "at least 1 position", options.Random);
        if (faults.Count == 0)
        {
            (Grid, Offset) = (field!.Grid, layout.OffsetOf(field.Name));
            Positions = options.Random is { } count ? Drawn(count) : Given(faults);
        }
    }

    /// <summary>The field's grid.</summary>
    public Grid Grid { get; } = null!;

    /// <summary>Where the field starts in the state.</summary>
    public int Offset { get; }

    /// <summary>The positions; <see langword="null"/> where none are given.</summary>
    public SitePositions? Positions { get; }

    private SitePositions Drawn(int count)
    {
        var (random, at) = (new CounterRandom(0, RandomStream), new double[count * Grid.Shape.Count]);
        for (var i = 0; i < at.Length; i++)
        {
            var axis = i % Grid.Shape.Count;
            at[i] = random.NextUniform() * (Grid.IsPeriodic[axis] ? Grid.Shape[axis] : Grid.Shape[axis] - 1);
        }

        return new SitePositions(Grid.Shape.Count, at);
    }

    private SitePositions? Given(Faults faults)
    {
        var dimensions = Grid.Shape.Count;
        if (_options.Packed is { } packed)
        {
            var read = PackedPositions.Read(packed, dimensions);
            faults.Require(read is not null, nameof(_options.Packed), $"{dimensions} doubles for each position, at least one, in Base64", "another text");
            return read is null ? null : Placed(faults, read);
        }

        if (_options.X is null && _options.Y is null)
        {
            return null;
        }

        var isFlat = dimensions == 2;
        faults.Require(_options.X?.Count > 0, nameof(_options.X), "at least one position", _options.X?.Count ?? 0)
            .Require(isFlat || _options.Y is null, nameof(_options.Y), $"none, for {Grid} has one axis", _options.Y?.Count)
            .Require(!isFlat || _options.Y?.Count == _options.X?.Count, nameof(_options.Y), $"one for each of {_options.X?.Count} positions",
                _options.Y?.Count);
        return faults.Count > 0 ? null : Placed(faults, isFlat ? [[.. _options.X!], [.. _options.Y!]] : [[.. _options.X!]]);
    }

    // x comes first in options and files, the last axis first.
    private SitePositions? Placed(Faults faults, double[][] given)
    {
        var axes = PositionAxis.Of(Grid, _options.XRange, _options.YRange);
        var (dimensions, placed, kept) = (axes.Length, new double[axes.Length * given[0].Length], new double[axes.Length * given[0].Length]);
        for (var site = 0; site < given[0].Length; site++)
        {
            for (var d = 0; d < dimensions; d++)
            {
                kept[(site * dimensions) + d] = given[d][site];
                if (!axes[^(d + 1)].TryPlace(given[d][site], out placed[(site * dimensions) + dimensions - 1 - d]))
                {
                    faults.Require(false, $"position {site}, {"XY"[d]}", axes[^(d + 1)].Expected, given[d][site]);
                    return null;
                }
            }
        }

        return new SitePositions(dimensions, placed, kept);
    }
}
