namespace Coda.Data.Geometry;

/// <summary>Evenly spaced sites on a line with two ends. [space]</summary>
public sealed class Line : RegularGrid
{
    /// <summary>Makes the grid.</summary>
    /// <param name="options">Its size.</param>
    /// <exception cref="ArgumentException">The size is below 1.</exception>
    public Line(Options options)
        : base(options, [options.Size], [false])
    {
    }

    /// <summary>Makes the grid.</summary>
    /// <param name="size">The number of sites, at least 1.</param>
    /// <exception cref="ArgumentException">The size is below 1.</exception>
    public Line(int size)
        : this(new Options { Size = size })
    {
    }

    /// <summary>The grid's size.</summary>
    public sealed record Options
    {
        /// <summary>The number of sites.</summary>
        public required int Size { get; init; }
    }
}
