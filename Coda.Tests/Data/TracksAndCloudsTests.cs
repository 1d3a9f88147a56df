using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;
using Coda.Data.Observations;

namespace Coda.Tests.Data;

/// <summary>Observing networks that move over a grid.</summary>
[TestClass]
public sealed class TracksAndCloudsTests
{
    private static readonly SiteMap Box = Everywhere(new Plane(129, 129));

    [TestMethod]
    public void TracksAreThoseOfSakovAndOke()
    {
        var network = new Tracks(Box, new());
        var offsets = new HashSet<int>();
        for (var step = 0; step < 400; step += 4)
        {
            var seen = Seen(network, Box, 7, 0, step);
            Assert.HasCount(300, seen);
            offsets.Add(seen[0]);
            CollectionAssert.AreEqual(Enumerable.Range(0, 300).Select(i => (i * 129 * 129 / 300) + seen[0]).ToArray(), seen);
        }

        Assert.IsTrue(offsets.All(o => o is >= 0 and < 55) && offsets.Count > 35, $"{offsets.Count} offsets, to {offsets.Max()}");
        Assert.IsEmpty(Seen(network, Box, 7, 0, 6));
        CollectionAssert.AreEqual(Enumerable.Range(0, 12).ToArray(), Seen(network, Everywhere(new Torus(3, 4)), 1, 0, 4), "all, where there are fewer");
    }

    [TestMethod]
    public void LinesRunAcrossTheGridAndMoveByTheShift()
    {
        var sites = Everywhere(new Torus(8, 20));
        var network = new Tracks(sites, new() { Spacing = 10, Slope = 1, Shift = 3, Interval = 2 });
        int[] Columns(int step, int row) => [.. Seen(network, sites, 5, 0, step).Where(s => s / 20 == row).Select(s => s % 20)];
        var first = Columns(0, 0);
        Assert.HasCount(2, first);
        Assert.AreEqual(10, first[1] - first[0]);
        CollectionAssert.AreEqual(first.Select(c => (c + 4) % 20).Order().ToArray(), Columns(0, 4), "one column a row");
        CollectionAssert.AreEqual(first.Select(c => (c + 6) % 20).Order().ToArray(), Columns(4, 0), "two passes on");
        Assert.HasCount(16, Seen(network, sites, 5, 1, 2));
        var fault = Assert.ThrowsExactly<ArgumentException>(() => new Tracks(Components(), new() { Spacing = 2 }));
        StringAssert.Contains(fault.Message, "Spacing: expected none on a: components of 1, which has not one or two axes of space, got 2");
        fault = Assert.ThrowsExactly<ArgumentException>(() => new Tracks(sites, new() { Shift = 2 }));
        StringAssert.Contains(fault.Message, "Shift: expected none without Spacing, got 2");
    }

    [TestMethod]
    public void ACloudHidesADiscThatDrifts()
    {
        foreach (var grid in new Grid[] { new Torus(20, 20), new Plane(20, 20) })
        {
            var sites = Everywhere(grid);
            var network = new CloudMask(sites, new() { Radius = 0.2, Speed = 1 });
            var all = Enumerable.Range(0, 200).Select(step => Hidden(network, sites, step)).ToList();
            Assert.IsTrue(grid is Plane || all.All(hidden => Math.Abs(hidden.Count - (Math.PI * 16)) < 8), string.Join(", ", all.Select(h => h.Count)));
            Assert.AreEqual(Math.PI * 16, all.Max(h => h.Count), 8);
            foreach (var (now, next) in all.Zip(all.Skip(1)))
            {
                Assert.IsTrue(now.Count < 40 || next.Count < 40 || now.Intersect(next).Count() > now.Count / 2, "drifts by about a point a step");
            }

            Assert.IsGreaterThan(150, all.SelectMany(h => h).Distinct().Count());
        }
    }

    [TestMethod]
    public void ACloudLiesOverAnotherNetworkAndSeesPositions()
    {
        var sites = Everywhere(new Torus(12, 12));
        var inner = new Component("tracks", new() { ["count"] = 36, ["interval"] = 2 });
        var (network, without) = (new CloudMask(sites, new() { Inner = inner, Shape = CloudShape.Band }), new Tracks(sites, new() { Count = 36, Interval = 2 }));
        Assert.IsEmpty(Seen(network, sites, 3, 1, 5));
        var (seen, clear) = (Seen(network, sites, 3, 1, 4), Seen(without, sites, 3, 1, 4));
        Assert.IsTrue(seen.Length is > 9 and < 27 && seen.All(clear.Contains), $"{seen.Length} of {clear.Length}");
        var hidden = Hidden(new CloudMask(sites, new() { Shape = CloudShape.Band }), sites, 4);
        Assert.IsTrue(hidden.GroupBy(s => s % 12).All(column => column.Count() == 12) && hidden.Count is >= 60 and <= 84, "whole columns");

        var layout = StateLayout.On(new Torus(12, 12));
        var between = SiteMap.Of(layout, new Interpolation(layout, new() { X = [3.5], Y = [4.25] }));
        CollectionAssert.AreEqual(new[] { 4.25 / 12, 3.5 / 12 }, between.PositionOf(0));
        Assert.IsNotNull(new CloudMask(between, new()));
        var fault = Assert.ThrowsExactly<ArgumentException>(() => new CloudMask(Components(), new()));
        StringAssert.Contains(fault.Message, "expected sites on a grid with distances, got a: components of 1");
    }

    [TestMethod]
    public void ANetworkIsMadeWithSitesOrWithout()
    {
        Assert.IsInstanceOfType<FixedSites>(ObservingNetwork.Catalog.Create(new("fixed-sites"), Box));
        Assert.IsInstanceOfType<Tracks>(ObservingNetwork.Catalog.Create(new("tracks"), Box));
        Assert.IsEmpty(ObservingNetwork.Catalog.ContextOf(typeof(FixedSites)));
        Assert.IsNull(ObservingNetwork.Catalog.FaultOf(typeof(CloudMask)));
    }

    private static SiteMap Everywhere(Grid grid) => new(StateLayout.On(grid), [.. Enumerable.Range(0, grid.Size)]);

    private static SiteMap Components() => new(StateLayout.Of("a"), [0]);

    private static List<int> Hidden(ObservingNetwork network, SiteMap sites, long step) =>
        [.. Enumerable.Range(0, sites.Entries.Count).Except(Seen(network, sites, 2, 0, step))];

    private static int[] Seen(ObservingNetwork network, SiteMap sites, ulong seed, int trajectory, long step)
    {
        var marks = new bool[sites.Entries.Count];
        network.Observe(seed, trajectory, step, marks);
        return [.. marks.Index().Where(m => m.Item).Select(m => m.Index)];
    }
}
