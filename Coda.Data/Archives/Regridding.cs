using System.Text.Json;
using System.Text.Json.Nodes;
using Coda.Data.Algebra;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;
using Coda.Data.Observations;

namespace Coda.Data.Archives;

/// <summary>A record of one grid as one of another grid of the same domain, such as that of a coarser model.</summary>
/// <remarks>
/// Every observation stays, at its position: the operator interpolates the model's fields to it (<see cref="Interpolation"/>). The truth is taken at the
/// model's points, where both grids have a point as it is, else interpolated; it is never averaged, so that what the model's grid cannot hold is part of it.
/// Immutable; safe to share.
/// </remarks>
public sealed class Regridding
{
    private readonly ObservationOperator _truth;

    /// <summary>Relates a record to a model.</summary>
    /// <param name="archive">What the record holds.</param>
    /// <param name="system">The model's system.</param>
    /// <param name="provenance">Where the new record comes from.</param>
    /// <exception cref="ArgumentException">The model has other fields or another domain, or the record's observations lie at no positions.</exception>
    public Regridding(ArchiveDescription archive, Component system, string provenance)
    {
        ArgumentNullException.ThrowIfNull(archive);
        ArgumentNullException.ThrowIfNull(system);
        var model = DynamicalSystem.Catalog.Create(system);
        var observed = archive.System is { } known ? DynamicalSystem.Catalog.Create(known) : null;
        var (own, its) = (model.Layout, archive.Layout);
        new Faults("regrid")
            .Require(own.Fields.Select(f => f.Name).SequenceEqual(its.Fields.Select(f => f.Name)), nameof(system),
                $"a system with the record's fields ({string.Join(", ", its.Fields.Select(f => f.Name))})", string.Join(", ", own.Fields.Select(f => f.Name)))
            .Require(!own.IsBounded && !its.IsBounded, nameof(system), "fields without bounds", own)
            .Require(IsAtPositions(archive.Operator), nameof(archive.Operator),
                "observations at points (site-selection, interpolation, or combinations of them)", archive.Operator.Name)
            .ThrowIfAny();
        var unlike = own.Fields.Zip(its.Fields).FirstOrDefault(p => !IsOfOneKind(p.First.Grid, p.Second.Grid));
        new Faults("regrid")
            .Require(unlike.First is null, nameof(system), unlike.First is null ? "" : $"the field '{unlike.First.Name}' on a grid like {unlike.Second.Grid}, "
                + "with the same axes, round where that is round", unlike.First?.Grid)
            .Require(IsOneDomain(model.DomainLengths, observed?.DomainLengths ?? []), nameof(model.DomainLengths),
                $"a domain of {Lengths(observed?.DomainLengths ?? [])}, as the record's", Lengths(model.DomainLengths))
            .ThrowIfAny();
        Description = archive with
        {
            System = system,
            Layout = own,
            Operator = Positions(archive.Sites(), own, observed, model),
            Provenance = provenance,
            Origins = null,
            Notes = null,
            Checksums = new(StringComparer.Ordinal),
        };
        _truth = ObservationOperator.Catalog.Create(
            Positions(new SiteMap(own, [.. Enumerable.Range(0, own.Size)]), its, model, observed ?? model), its);
        IsCoincident = own.Fields.Zip(its.Fields, (f, of) => (f.Grid, Of: of.Grid))
            .All(p => Enumerable.Range(0, p.Grid.Shape.Count).All(axis => IsMultiple(p.Grid, p.Of, axis)))
            && own.Fields.All(f => model.OffsetOf(f.Name).All(offset => offset == 0));
    }

    /// <summary>What the new record holds.</summary>
    public ArchiveDescription Description { get; }

    /// <summary>Whether every point of the model is one of the record's, so that its truth is the record's at these; else it is interpolated.</summary>
    public bool IsCoincident { get; }

    /// <summary>True states at the model's points.</summary>
    /// <param name="block">Those of the record.</param>
    public StateBlock Truth(StateBlock block)
    {
        ArgumentNullException.ThrowIfNull(block);
        var ops = new BufferAlgebra<float>();
        return new StateBlock(block.Trajectory, block.FirstStep, Description.Layout.Size,
            _truth.Apply(ops, ops.From(block.States.Span, block.Count, block.StateSize)).Span.ToArray());
    }

    private static bool IsAtPositions(Component h) => h.Name switch
    {
        "site-selection" or "interpolation" => true,
        "combination" => h.Options?["parts"] is JsonArray parts && parts.All(part => IsAtPositions(new Component((string)part!["name"]!))),
        _ => false,
    };

    private static bool IsOfOneKind(Grid grid, Grid other) =>
        grid is RegularGrid { HasDistance: true } && other is RegularGrid { HasDistance: true } && grid.IsPeriodic.SequenceEqual(other.IsPeriodic);

    private static bool IsOneDomain(IReadOnlyList<double> lengths, IReadOnlyList<double> others) => lengths.Count == 0 || others.Count == 0
        || (lengths.Count == others.Count && lengths.Zip(others).All(p => Math.Abs(p.First - p.Second) <= 1e-9 * Math.Abs(p.Second)));

    private static string Lengths(IReadOnlyList<double> lengths) => string.Join(" x ", lengths.Select(l => FormattableString.Invariant($"{l:G6}")));

    // A point of a grid with walls at every so many of the other's, from wall to wall.
    private static bool IsMultiple(Grid grid, Grid of, int axis)
    {
        var (few, many) = grid.IsPeriodic[axis] ? (grid.Shape[axis], of.Shape[axis]) : (grid.Shape[axis] - 1, of.Shape[axis] - 1);
        return few > 0 ? many % few == 0 : many == 0;
    }

    // The operator that sees another layout's fields where sites lie; one part for each run of sites in a field.
    private static Component Positions(SiteMap sites, StateLayout layout, DynamicalSystem? from, DynamicalSystem to)
    {
        var parts = new List<(StateField Field, List<double[]> At)>();
        for (var site = 0; site < sites.Entries.Count; site++)
        {
            var field = layout.Fields.First(f => f.Name == sites.FieldAt(site)!.Name);
            if (parts.Count == 0 || parts[^1].Field != field)
            {
                parts.Add((field, []));
            }

            parts[^1].At.Add(Place(sites, site, field.Grid, (from ?? to).OffsetOf(field.Name), to.OffsetOf(field.Name)));
        }

        List<Component> operators = [.. parts.Select(part => new Component("interpolation", new JsonObject
        {
            ["field"] = part.Field.Name,
            ["packed"] = PackedPositions.Write([.. Enumerable.Range(0, part.At[0].Length).Reverse().Select(axis => part.At.Select(at => at[axis]).ToArray())]),
        }))];
        return operators is [var only] ? only
            : new("combination", new JsonObject { ["parts"] = JsonSerializer.SerializeToNode(operators, CodaJson.Options) });
    }

    // In the grid's units; staggered fields are at their sites' places less the offset, by which both grids differ.
    private static double[] Place(SiteMap sites, int site, Grid grid, IReadOnlyList<double> offsets, IReadOnlyList<double> others)
    {
        var (its, place) = (sites.FieldAt(site)!.Grid, sites.PositionOf(site));
        for (var axis = 0; axis < place.Length; axis++)
        {
            var moved = (offsets.Count > axis ? offsets[axis] / its.Extent[axis] : 0) - (others.Count > axis ? others[axis] / grid.Extent[axis] : 0);
            place[axis] = (place[axis] + moved) * grid.Extent[axis];
            place[axis] = grid.IsPeriodic[axis] ? (place[axis] + grid.Extent[axis]) % grid.Extent[axis] : Math.Clamp(place[axis], 0, grid.Extent[axis]);
        }

        return place;
    }
}
