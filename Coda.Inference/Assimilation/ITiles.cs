namespace Coda.Inference.Assimilation;

/// <summary>A grid cut into tiles of one shape, each with a halo, so that every run of a network has one shape.</summary>
/// <remarks>A network wraps a tile round; what that spoils lies in the halo and is dropped. The last tile along an axis may overlap the one before
/// it.</remarks>
internal interface ITiles
{
    /// <summary>The entries of a tile, halos included.</summary>
    int Width { get; }

    /// <summary>The number of tiles.</summary>
    int Count { get; }

    /// <summary>Copies a tile's part of rows.</summary>
    /// <param name="tile">Which tile.</param>
    /// <param name="rows">The rows. [time, entry]</param>
    /// <param name="part">Takes the part; what <paramref name="rows"/> lacks is 0. [time, <see cref="Width"/>]</param>
    void Cut(int tile, ReadOnlySpan<float> rows, Span<float> part);

    /// <summary>Puts a tile's rows, less the halo, into their place.</summary>
    /// <param name="tile">Which tile.</param>
    /// <param name="part">The tile's rows. [time, <see cref="Width"/>]</param>
    /// <param name="rows">Takes them. [time, entry]</param>
    void Put(int tile, ReadOnlySpan<float> part, Span<float> rows);
}
