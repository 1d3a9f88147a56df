namespace Coda.Inference.Assimilation;

/// <summary>A ring cut into tiles of one width, each with a halo on both sides, so that every run of a network has one shape.</summary>
/// <remarks>A network wraps a tile round as if it were a ring; what that spoils lies in the halo and is dropped. The last tile may overlap the one before it.
/// Immutable; safe to share.</remarks>
internal sealed class RingTiles
{
    private readonly int _sites;
    private readonly int _inner;
    private readonly int _halo;

    /// <summary>Cuts a ring.</summary>
    /// <param name="sites">The ring's sites.</param>
    /// <param name="width">The most sites of a tile, halos included; a smaller ring is one tile without halos.</param>
    /// <param name="reach">The sites that a state depends on, on each side.</param>
    /// <param name="period">What tiles must start at a multiple of; it divides the ring.</param>
    public RingTiles(int sites, int width, int reach, int period)
    {
        _sites = sites;
        var halo = UpToPeriod(reach);
        var most = Math.Max(2 * halo, width - (2 * halo)); // a wide reach spends at most half of a tile
        var count = (sites + most - 1) / most;
        (_inner, _halo) = sites <= most + (2 * halo) ? (sites, 0) : (UpToPeriod((sites + count - 1) / count), halo);

        int UpToPeriod(int length) => (length + period - 1) / period * period;
    }

    /// <summary>The sites of a tile, halos included.</summary>
    public int Width => _inner + (2 * _halo);

    /// <summary>The number of tiles.</summary>
    public int Count => (_sites + _inner - 1) / _inner;

    /// <summary>Copies a tile's part of rows round the ring.</summary>
    /// <param name="tile">Which tile.</param>
    /// <param name="rows">The rows. [time, site]</param>
    /// <param name="part">Takes the part; what <paramref name="rows"/> lacks is 0. [time, <see cref="Width"/>]</param>
    public void Cut(int tile, ReadOnlySpan<float> rows, Span<float> part)
    {
        var first = (Start(tile) - _halo + _sites) % _sites;
        var toEnd = Math.Min(Width, _sites - first);
        var count = rows.Length / _sites;
        for (var row = 0; row < count; row++)
        {
            var source = rows.Slice(row * _sites, _sites);
            var target = part.Slice(row * Width, Width);
            source.Slice(first, toEnd).CopyTo(target);
            source[..(Width - toEnd)].CopyTo(target[toEnd..]);
        }

        part[(count * Width)..].Clear();
    }

    /// <summary>Puts a tile's rows, less the halo, into their place on the ring.</summary>
    /// <param name="tile">Which tile.</param>
    /// <param name="part">The tile's rows. [time, <see cref="Width"/>]</param>
    /// <param name="rows">Takes them. [time, site]</param>
    public void Put(int tile, ReadOnlySpan<float> part, Span<float> rows)
    {
        for (var row = 0; row < rows.Length / _sites; row++)
        {
            part.Slice((row * Width) + _halo, _inner).CopyTo(rows.Slice((row * _sites) + Start(tile), _inner));
        }
    }

    private int Start(int tile) => Math.Min(tile * _inner, _sites - _inner);
}
