using Coda.Data.Dynamics;

namespace Coda.Classical.Ensemble;

/// <summary>Distances between state entries on rings, in sites of the first ring; fields on other rings lie around the same circle.</summary>
/// <param name="layout">The states' layout, rings only.</param>
internal sealed class RingDistance(StateLayout layout)
{
    private readonly double[] _angle = [.. layout.Fields.SelectMany(f => Enumerable.Range(0, f.Size).Select(i => (double)i / f.Size))];
    private readonly int _sites = layout.Fields[0].Size;

    /// <summary>Whether a layout has distances.</summary>
    /// <param name="layout">A layout.</param>
    public static bool Has(StateLayout layout) => layout.Fields.All(f => f.Topology == Topology.Ring);

    /// <summary>The shortest way around the circle.</summary>
    /// <param name="a">A state entry.</param>
    /// <param name="b">Another.</param>
    public double Between(int a, int b)
    {
        var difference = Math.Abs(_angle[a] - _angle[b]);
        return _sites * Math.Min(difference, 1 - difference);
    }
}
