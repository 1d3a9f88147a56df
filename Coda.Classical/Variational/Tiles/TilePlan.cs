using Coda.Classical.Numerics;
using Coda.Classical.Variational.Tangents;

namespace Coda.Classical.Variational.Tiles;

/// <summary>How a ring is cut into tiles that overlap.</summary>
internal sealed class TilePlan
{
    private const int Vectors = 16; // trajectories, first guess, observations, and those of conjugate gradients

    private readonly int[] _starts; // of the cores; one more, the end

    /// <summary>Cuts a ring.</summary>
    /// <param name="reach">The ring, and how far derivatives reach on it.</param>
    /// <param name="sites">The sites of a tile without its halo, about.</param>
    /// <param name="halo">The sites that a tile has more on each side.</param>
    public TilePlan(RingReach reach, int sites, int halo)
    {
        (Reach, Halo) = (reach, halo);
        var count = Math.Max(1, (reach.Size + (sites / 2)) / sites);
        _starts = [.. Enumerable.Range(0, count + 1).Select(i => (int)((long)i * reach.Size / count))];
    }

    /// <summary>The ring, and how far derivatives reach on it.</summary>
    public RingReach Reach { get; }

    /// <summary>The sites that a tile has more on each side.</summary>
    public int Halo { get; }

    /// <summary>The sites of the largest tile.</summary>
    public int MostSites => _starts.Zip(_starts.Skip(1), (a, b) => b - a).Max() + (2 * Halo);

    /// <summary>The least ring on which a tile does not meet itself on the other side.</summary>
    public int LeastRing => Math.Max(MostSites, Reach.Width) + (2 * Math.Max(Reach.Width - 1, Reach.Observations));

    /// <summary>The memory of a stretch: 8 bytes for each of M's and HᵀH's diagonals, the entries of the tiles' factors and solutions, and some
    /// vectors.</summary>
    public double BytesPerSiteAndStep
    {
        get
        {
            var core = (double)Reach.Size / (_starts.Length - 1);
            return 8 * (Reach.Width + (2 * Reach.Observations) + 1 + ((PackedTriangle.Entries(MostSites) + PackedTriangle.Padded(MostSites)) / core) + Vectors);
        }
    }

    /// <summary>The tiles.</summary>
    public SpaceTile[] Tiles() =>
    [
        .. Enumerable.Range(0, _starts.Length - 1).Select(i => new SpaceTile(
            (_starts[i] - Halo + Reach.Size) % Reach.Size, _starts[i + 1] - _starts[i] + (2 * Halo), (Halo, _starts[i + 1] - _starts[i]))),
    ];
}
