namespace Coda.Data.Geometry;

/// <summary>Evenly spaced sites on a periodic line; the first and last are neighbours. [space]</summary>
public sealed class Ring : RegularGrid
{
    /// <summary>Makes the grid.</summary>
    /// <param name="options">Its size.</param>
    /// <exception cref="ArgumentException">The size is below 1.</exception>
    public Ring(Options options)
        : base(options, [options.Size], [true])
    {
    }

    /// <summary>Makes the grid.</summary>
    /// <param name="size">The number of sites, at least 1.</param>
    /// <exception cref="ArgumentException">The size is below 1.</exception>
    public Ring(int size)
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
