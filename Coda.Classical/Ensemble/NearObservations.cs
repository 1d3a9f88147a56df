namespace Coda.Classical.Ensemble;

/// <summary>A step's observations by the tiles that they lie in, so that those near a tile are found without a look at the others.</summary>
/// <param name="localization">What is near what.</param>
internal sealed class NearObservations(Localization localization)
{
    private readonly int[] _starts = new int[localization.Tiles.Count + 1]; // of each tile's observations
    private int[] _sorted = []; // observations, tile after tile

    /// <summary>Sorts a step's observations.</summary>
    /// <param name="observations">The observations.</param>
    public void Sort(EnsembleObservations observations)
    {
        Array.Clear(_starts);
        _sorted = _sorted.Length < observations.Count ? new int[observations.Count] : _sorted;
        for (var i = 0; i < observations.Count; i++)
        {
            _starts[TileOf(observations, i)]++;
        }

        for (var tile = 1; tile < _starts.Length; tile++)
        {
            _starts[tile] += _starts[tile - 1];
        }

        for (var i = observations.Count - 1; i >= 0; i--)
        {
            _sorted[--_starts[TileOf(observations, i)]] = i; // from each tile's end, so that starts are left
        }
    }

    /// <summary>The tile that an observation lies in.</summary>
    /// <param name="observations">The observations.</param>
    /// <param name="i">Which.</param>
    public int TileOf(EnsembleObservations observations, int i) => localization.Tiles.TileOf(localization.PointOf(observations.Sites[i]));

    /// <summary>Finds the observations near a tile.</summary>
    /// <param name="tile">The tile.</param>
    /// <param name="near">Takes them, in their order; grown where it is too short.</param>
    /// <returns>Their number.</returns>
    public int Find(int tile, ref int[] near)
    {
        var count = 0;
        foreach (var other in localization.Tiles.Near(tile))
        {
            var here = _sorted.AsSpan(_starts[other].._starts[other + 1]);
            if (near.Length < count + here.Length)
            {
                Array.Resize(ref near, 2 * (count + here.Length));
            }

            here.CopyTo(near.AsSpan(count));
            count += here.Length;
        }

        near.AsSpan(0, count).Sort();
        return count;
    }
}
