using System.Numerics.Tensors;
using Coda.Data.Foundation;

namespace Coda.Data.Geometry;

/// <summary>Sites anywhere in a space of one or more dimensions, with the distance of Euclid.</summary>
/// <remarks>
/// Two points are neighbours where no third lies within the ball that has them at its ends (Gabriel and Sokal, 1969): symmetric, and nobody is left alone.
/// Fields on points share the space of their coordinates.
/// </remarks>
public sealed class Points : Grid
{
    private readonly double[][] _coordinates;

    /// <summary>Makes the grid.</summary>
    /// <param name="options">The coordinates.</param>
    /// <exception cref="ArgumentException">No point, points of several dimensions or of none, a coordinate that is not finite, or two points in one
    /// place.</exception>
    public Points(Options options)
        : base(options, [options.Coordinates.Count], [false], [.. Enumerable.Repeat(1.0, options.Coordinates.FirstOrDefault([]).Count)])
    {
        _coordinates = [.. options.Coordinates.Select(point => point.ToArray())];
        new Faults(nameof(Points))
            .Require(
                Extent.Count >= 1 && _coordinates.All(p => p.Length == Extent.Count), nameof(options.Coordinates),
                "as many numbers for every point, at least 1", string.Join(", ", _coordinates.Select(p => p.Length).Distinct()))
            .Require(_coordinates.All(p => p.All(double.IsFinite)), nameof(options.Coordinates), "finite numbers", "others")
            .Require(_coordinates.DistinctBy(p => string.Join(' ', p)).Count() == Size, nameof(options.Coordinates), "points in different places", "two in one")
            .ThrowIfAny();
    }

    /// <summary>Makes the grid.</summary>
    /// <param name="coordinates">The coordinates of every point. [site][dimension]</param>
    /// <exception cref="ArgumentException">As for options.</exception>
    public Points(IReadOnlyList<IReadOnlyList<double>> coordinates)
        : this(new Options { Coordinates = coordinates })
    {
    }

    /// <inheritdoc/>
    public override IReadOnlyList<double> Coordinates(int site)
    {
        Require(site);
        return _coordinates[site];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<int> Neighbours(int site)
    {
        Require(site);
        var fromHere = Array.ConvertAll(_coordinates, other => Squared(_coordinates[site], other));
        int[] others = [.. Enumerable.Range(0, Size).Where(other => other != site)];
        return [.. others.Where(other => !others.Any(third => third != other && IsWithin(third, other)))];

        bool IsWithin(int third, int other) => fromHere[third] + Squared(_coordinates[third], _coordinates[other]) < fromHere[other];
    }

    private static double Squared(double[] a, double[] b) => Math.Pow(TensorPrimitives.Distance<double>(a, b), 2);

    /// <inheritdoc/>
    public override double Distance(ReadOnlySpan<double> a, ReadOnlySpan<double> b) => TensorPrimitives.Distance(a, b);

    /// <summary>Where the points lie.</summary>
    public sealed record Options
    {
        /// <summary>The coordinates of every point, as many numbers for each. [site][dimension]</summary>
        public required IReadOnlyList<IReadOnlyList<double>> Coordinates { get; init; }
    }
}
