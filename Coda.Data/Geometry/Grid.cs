using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Coda.Data.Foundation;

namespace Coda.Data.Geometry;

/// <summary>How the sites of a state field lie in space: their shape, coordinates, distances and neighbours.</summary>
/// <remarks>
/// A grid is a plug-in of one file: a sealed, public class with an <c>Options</c> record, whose constructor takes the options; files name it as a
/// <see cref="Component"/>. Two grids are equal when class and options are. Immutable; safe to share.
/// Fields on grids of one kind span the same space: their sites are compared by <see cref="Position"/>, so that a fine ring lies around a coarse one.
/// </remarks>
[JsonConverter(typeof(GridConverter))]
public abstract class Grid : IEquatable<Grid>
{
    /// <summary>The most sites of a grid: what a state of one field may have.</summary>
    public const int MostSites = 1 << 27;

    private readonly Lazy<string> _text;
    private readonly object _options;

    /// <summary>Checks and keeps what every grid has.</summary>
    /// <param name="options">The options that it was made from, all of them.</param>
    /// <param name="shape">The number of sites along each axis of the array, at least 1; [n] for sites in no order.</param>
    /// <param name="isPeriodic">For each axis of the array, whether its ends are neighbours.</param>
    /// <param name="extent">The length of each axis of space, in the grid's units, as <see cref="Extent"/> says; empty without a geometry.</param>
    /// <exception cref="ArgumentException">An axis is empty, the sites are more than an array holds, or there is another number of axes in
    /// <paramref name="isPeriodic"/>.</exception>
    protected Grid(object options, IReadOnlyList<int> shape, IReadOnlyList<bool> isPeriodic, IReadOnlyList<double> extent)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(isPeriodic);
        ArgumentNullException.ThrowIfNull(extent);
        var sites = shape.Aggregate(1.0, (product, n) => product * n);
        new Faults(GetType().Name)
            .Require(shape.Count > 0 && shape.All(n => n >= 1), "size", "at least 1 site along each axis", string.Join(" x ", shape))
            .Require(sites <= MostSites, "size", $"at most {MostSites} sites", sites)
            .Require(shape.Count == isPeriodic.Count, nameof(isPeriodic), $"one value for each of {shape.Count} axes", isPeriodic.Count)
            .ThrowIfAny();
        (_options, Shape, IsPeriodic, Extent, Size) = (options, [.. shape], [.. isPeriodic], [.. extent], (int)sites);
        IsTranslationInvariant = HasDistance && IsPeriodic.All(periodic => periodic);
        _text = new(() => $"{Name} {JsonSerializer.Serialize(_options, _options.GetType(), CodaJson.Options)}");
    }

    /// <summary>All grids, by name.</summary>
    public static Catalog<Grid> Catalog { get; } = new("grid");

    /// <summary>The name in <see cref="Catalog"/>.</summary>
    public string Name => Catalog<Grid>.NameOf(GetType());

    /// <summary>The number of sites.</summary>
    public int Size { get; }

    /// <summary>The number of sites along each axis of the array; its product is <see cref="Size"/>, its last axis is contiguous.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>For each axis of <see cref="Shape"/>, whether its ends are neighbours.</summary>
    public IReadOnlyList<bool> IsPeriodic { get; }

    /// <summary>
    /// The length of each axis of space, in the grid's units: what positions on another grid of the kind are a fraction of; 1 where coordinates are those of
    /// the space itself. Empty without a geometry.
    /// </summary>
    public IReadOnlyList<double> Extent { get; }

    /// <summary>Whether sites have coordinates, so that distances between them mean something.</summary>
    public bool HasDistance => Extent.Count > 0;

    /// <summary>Whether every site sees the grid as every other does, so that statistics may be pooled and one stencil serves all.</summary>
    public bool IsTranslationInvariant { get; }

    /// <summary>Whether it is translation invariant along one axis only: what methods ask that follow the last axis of an array around.</summary>
    public bool IsPeriodicLine => IsTranslationInvariant && Shape.Count == 1;

    /// <summary>Name and options, as files hold them.</summary>
    public Component Component => new(Name, JsonSerializer.SerializeToNode(_options, _options.GetType(), CodaJson.Options) as JsonObject);

    /// <summary>Where a site lies, in the grid's units. [dimension]</summary>
    /// <param name="site">The site, in [0, <see cref="Size"/>).</param>
    /// <returns>As many numbers as <see cref="Extent"/> has; none without a geometry.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such site.</exception>
    public abstract IReadOnlyList<double> Coordinates(int site);

    /// <summary>The sites next to a site, sorted, itself not among them; symmetric. Empty without a geometry.</summary>
    /// <param name="site">The site, in [0, <see cref="Size"/>).</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such site.</exception>
    public abstract IReadOnlyList<int> Neighbours(int site);

    /// <summary>The distance between two positions in the space that grids of this kind share, in this grid's units: a metric.</summary>
    /// <param name="a">A position, as <see cref="Position"/> gives it. [dimension]</param>
    /// <param name="b">Another. [dimension]</param>
    /// <exception cref="NotSupportedException">There is no geometry.</exception>
    public abstract double Distance(ReadOnlySpan<double> a, ReadOnlySpan<double> b);

    /// <summary>The distance between two sites, in the grid's units.</summary>
    /// <param name="a">A site.</param>
    /// <param name="b">Another.</param>
    /// <exception cref="NotSupportedException">There is no geometry.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such site.</exception>
    public double Distance(int a, int b) => Distance(Position(a), Position(b));

    /// <summary>Where a site lies in the space that grids of this kind share: its coordinates as fractions of the extent. [dimension]</summary>
    /// <param name="site">The site, in [0, <see cref="Size"/>).</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such site.</exception>
    public double[] Position(int site) => [.. Coordinates(site).Zip(Extent, (coordinate, extent) => coordinate / extent)];

    /// <summary>For every site, the site at an offset from it: indices for a gather. [site]</summary>
    /// <param name="offset">Sites along each axis of <see cref="Shape"/>.</param>
    /// <returns>Round periodic axes; -1 where the offset leads over a wall.</returns>
    /// <exception cref="ArgumentException">There is another number of axes.</exception>
    public int[] Shifted(params IReadOnlyList<int> offset)
    {
        ArgumentNullException.ThrowIfNull(offset);
        return offset.Count == Shape.Count
            ? [.. Enumerable.Range(0, Size).Select(site => Shifted(site, offset))]
            : throw new ArgumentException($"Expected an offset along each of {Shape.Count} axes ({this}), got {offset.Count}.");
    }

    /// <summary>The site that lies from site 0 as one site lies from another: what statistics that are the same everywhere depend on.</summary>
    /// <param name="from">The one.</param>
    /// <param name="to">The other.</param>
    /// <exception cref="NotSupportedException">The grid is not translation invariant.</exception>
    public int Displacement(int from, int to)
    {
        if (!IsTranslationInvariant)
        {
            throw new NotSupportedException($"Expected a grid that is the same everywhere, got {this}.");
        }

        var (displacement, stride) = (0, 1);
        for (var axis = Shape.Count - 1; axis >= 0; axis--)
        {
            var n = Shape[axis];
            displacement += ((to % n) - (from % n) + n) % n * stride;
            (from, to, stride) = (from / n, to / n, stride * n);
        }

        return displacement;
    }

    /// <summary>The site at a displacement from a site: of what <see cref="Displacement"/> gives, the inverse.</summary>
    /// <param name="from">The site.</param>
    /// <param name="displacement">The site that lies so from site 0.</param>
    /// <exception cref="NotSupportedException">The grid is not translation invariant.</exception>
    public int Displaced(int from, int displacement) => Displacement(Displacement(from, 0), displacement);

    /// <inheritdoc/>
    public bool Equals(Grid? other) =>
        other is not null && (ReferenceEquals(this, other) || (GetType() == other.GetType() && _text.Value == other._text.Value));

    /// <inheritdoc/>
    public sealed override bool Equals(object? obj) => Equals(obj as Grid);

    /// <inheritdoc/>
    public sealed override int GetHashCode() => HashCode.Combine(GetType(), Size);

    /// <summary>Name and shape, as in <c>ring of 40</c>.</summary>
    public sealed override string ToString() => $"{Name} of {string.Join(" x ", Shape)}";

    /// <summary>Refuses a site that there is not.</summary>
    /// <param name="site">The site.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such site.</exception>
    protected void Require(int site)
    {
        if (site < 0 || site >= Size)
        {
            throw new ArgumentOutOfRangeException(nameof(site), site, $"Expected a site of {this}.");
        }
    }

    private int Shifted(int site, IReadOnlyList<int> offset)
    {
        var (shifted, stride) = (0, 1);
        for (var axis = Shape.Count - 1; axis >= 0; axis--)
        {
            var n = Shape[axis];
            var place = (site % n) + offset[axis];
            if (!IsPeriodic[axis] && (place < 0 || place >= n))
            {
                return -1;
            }

            shifted += ((place % n) + n) % n * stride;
            (site, stride) = (site / n, stride * n);
        }

        return shifted;
    }
}
