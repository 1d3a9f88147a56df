using Coda.Data.Geometry;

namespace Coda.Inference.Assimilation;

/// <summary>A torus cut into tiles of the size of a smaller one, on which a network was trained, whose fields lie one behind the other.</summary>
/// <remarks>The tiles of each axis are those of a ring. An axis of the trained length is one tile without halos. Immutable; safe to share.</remarks>
internal sealed class TorusTiles : ITiles
{
    private readonly int _fields;
    private readonly RingTiles _y;
    private readonly RingTiles _x;
    private readonly int _ny;
    private readonly int _nx;

    /// <summary>Cuts a torus.</summary>
    /// <param name="grid">The torus, at least as large along each axis as a tile.</param>
    /// <param name="tile">The torus that a tile has the size of.</param>
    /// <param name="reach">The sites that a state depends on, on each side; less than half of a tile where the axis is longer.</param>
    /// <param name="fields">The number of fields.</param>
    public TorusTiles(Grid grid, Grid tile, int reach, int fields)
    {
        (_fields, _ny, _nx) = (fields, grid.Shape[0], grid.Shape[1]);
        (_y, _x) = (RingTiles.OfWidth(_ny, tile.Shape[0], reach), RingTiles.OfWidth(_nx, tile.Shape[1], reach));
    }

    /// <inheritdoc/>
    public int Width => _fields * _y.Width * _x.Width;

    /// <inheritdoc/>
    public int Count => _y.Count * _x.Count;

    /// <inheritdoc/>
    public void Cut(int tile, ReadOnlySpan<float> rows, Span<float> part)
    {
        var (y, x) = (_y.First(tile / _x.Count), tile % _x.Count);
        var maps = rows.Length / (_ny * _nx); // [time, field]
        for (var map = 0; map < maps; map++)
        {
            for (var row = 0; row < _y.Width; row++)
            {
                _x.Cut(x, rows.Slice(((map * _ny) + ((y + row) % _ny)) * _nx, _nx), part.Slice(((map * _y.Width) + row) * _x.Width, _x.Width));
            }
        }

        part[(maps * _y.Width * _x.Width)..].Clear();
    }

    /// <inheritdoc/>
    public void Put(int tile, ReadOnlySpan<float> part, Span<float> rows)
    {
        var (y, x) = (tile / _x.Count, tile % _x.Count);
        for (var map = 0; map < rows.Length / (_ny * _nx); map++)
        {
            for (var row = _y.Halo; row < _y.Width - _y.Halo; row++)
            {
                var to = (_y.First(y) + row) % _ny;
                _x.Put(x, part.Slice(((map * _y.Width) + row) * _x.Width, _x.Width), rows.Slice(((map * _ny) + to) * _nx, _nx));
            }
        }
    }
}
