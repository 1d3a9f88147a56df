using Coda.Data.Dynamics;
using Coda.Data.Geometry;

namespace Coda.Tests.Geometry;

/// <summary>Fields on grids of one kind span the same space; others have no distances between them.</summary>
[TestClass]
public sealed class LayoutDistanceTests
{
    [TestMethod]
    public void AFineRingLiesAroundACoarseOne()
    {
        var distance = new LayoutDistance(new StateLayout([new("x", new Ring(4)), new("z", new Ring(8))]));
        Assert.AreEqual(0, distance.Between(1, 4 + 2));
        Assert.AreEqual(0.5, distance.Between(0, 4 + 7));
        Assert.AreEqual(2, distance.Between(4, 4 + 4), "in sites of the first ring");
    }

    [TestMethod]
    public void AFineTorusLiesOnACoarseOneAlongBothAxes()
    {
        var distance = new LayoutDistance(new StateLayout([new("x", new Torus(2, 4)), new("z", new Torus(4, 8))]));
        Assert.AreEqual(0, distance.Between(1, 8 + 2));
        Assert.AreEqual(Math.Sqrt(0.25 + 0.25), distance.Between(0, 8 + 31), 1e-12);
    }

    [TestMethod]
    public void PointsLieWhereTheyLie() =>
        Assert.AreEqual(5, new LayoutDistance(new StateLayout([new("x", new Points([[0, 0]])), new("y", new Points([[3, 4], [1, 1]]))])).Between(0, 1));

    [TestMethod]
    public void OtherLayoutsAreRefused()
    {
        StateLayout[] without =
        [
            StateLayout.Of("x", "y"), new([new("x", new Ring(4)), new("p", new Components(2))]), new([new("x", new Ring(4)), new("y", new Line(4))]),
            new([new("x", new Points([[1]])), new("y", new Points([[1, 2]]))]),
        ];
        foreach (var layout in without)
        {
            Assert.IsFalse(LayoutDistance.Has(layout));
            Assert.Contains($"Expected {LayoutDistance.Expected}, got {layout}",
                Assert.ThrowsExactly<ArgumentException>(() => new LayoutDistance(layout)).Message);
        }
    }
}
