namespace Coda.Data.Geometry;

/// <summary>Evenly spaced sites in rows and columns, periodic along both axes. [ny, nx]</summary>
public sealed class Torus : RegularGrid
{
    /// <summary>Makes the grid.</summary>
    /// <param name="options">Its size.</param>
    /// <exception cref="ArgumentException">A size is below 1, or there are more sites than an array holds.</exception>
    public Torus(Options options)
        : base(options, [options.Rows, options.Columns], [true, true])
    {
    }

    /// <summary>Makes the grid.</summary>
    /// <param name="ny">The number of rows, at least 1.</param>
    /// <param name="nx">The number of sites in each row, at least 1.</param>
    /// <exception cref="ArgumentException">A size is below 1, or there are more sites than an array holds.</exception>
    public Torus(int ny, int nx)
        : this(new Options { Rows = ny, Columns = nx })
    {
    }

    /// <summary>The grid's size.</summary>
    public sealed record Options
    {
        /// <summary>The number of rows ny.</summary>
        public required int Rows { get; init; }

        /// <summary>The number of sites nx in each row.</summary>
        public required int Columns { get; init; }
    }
}
