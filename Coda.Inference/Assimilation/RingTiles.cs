namespace Coda.Inference.Assimilation;

/// <summary>A ring cut into tiles of one width, each with a halo on both sides.</summary>
/// <remarks>Immutable; safe to share.</remarks>
internal sealed class RingTiles : ITiles
{
    private readonly int _sites;
    private readonly int _inner;

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
        (_inner, Halo) = sites <= most + (2 * halo) ? (sites, 0) : (UpToPeriod((sites + count - 1) / count), halo);

        int UpToPeriod(int length) => (length + period - 1) / period * period;
    }

    private RingTiles(int sites, int inner, int halo) => (_sites, _inner, Halo) = (sites, inner, halo);

    /// <summary>Cuts a ring into tiles of exactly one width.</summary>
    /// <param name="sites">The ring's sites, at least as many as the width.</param>
    /// <param name="width">The sites of a tile, halos included; a ring of as many is one tile without halos.</param>
    /// <param name="reach">The sites that a state depends on, on each side.</param>
    public static RingTiles OfWidth(int sites, int width, int reach) => sites == width ? new(sites, sites, 0) : new(sites, width - (2 * reach), reach);

    /// <summary>The sites on each side of a tile that are dropped.</summary>
    public int Halo { get; }

    /// <inheritdoc/>
    public int Width => _inner + (2 * Halo);

    /// <inheritdoc/>
    public int Count => (_sites + _inner - 1) / _inner;

    /// <summary>The ring's site that is a tile's first, its halo included.</summary>
    /// <param name="tile">Which tile.</param>
    public int First(int tile) => (Start(tile) - Halo + _sites) % _sites;

    /// <inheritdoc/>
    public void Cut(int tile, ReadOnlySpan<float> rows, Span<float> part)
    {
        var first = First(tile);
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

    /// <inheritdoc/>
    public void Put(int tile, ReadOnlySpan<float> part, Span<float> rows)
    {
        for (var row = 0; row < rows.Length / _sites; row++)
        {
            part.Slice((row * Width) + Halo, _inner).CopyTo(rows.Slice((row * _sites) + Start(tile), _inner));
        }
    }

    private int Start(int tile) => Math.Min(tile * _inner, _sites - _inner);
}
