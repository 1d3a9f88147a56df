namespace Coda.Data.Geometry;

/// <summary>Variables without an order or a distance, such as the three of Lorenz-63.</summary>
public sealed class Components : Grid
{
    /// <summary>Makes the grid.</summary>
    /// <param name="options">Its size.</param>
    /// <exception cref="ArgumentException">The size is below 1.</exception>
    public Components(Options options)
        : base(options, [options.Size], [false], [])
    {
    }

    /// <summary>Makes the grid.</summary>
    /// <param name="size">The number of variables, at least 1.</param>
    /// <exception cref="ArgumentException">The size is below 1.</exception>
    public Components(int size)
        : this(new Options { Size = size })
    {
    }

    /// <inheritdoc/>
    public override IReadOnlyList<double> Coordinates(int site) => Nothing<double>(site);

    /// <inheritdoc/>
    public override IReadOnlyList<int> Neighbours(int site) => Nothing<int>(site);

    /// <inheritdoc/>
    public override double Distance(ReadOnlySpan<double> a, ReadOnlySpan<double> b) =>
        throw new NotSupportedException($"Expected a grid with distances, got {this}; take ring, line, torus, plane or points.");

    private IReadOnlyList<T> Nothing<T>(int site)
    {
        Require(site);
        return [];
    }

    /// <summary>The number of variables.</summary>
    public sealed record Options
    {
        /// <summary>The number of variables.</summary>
        public required int Size { get; init; }
    }
}
