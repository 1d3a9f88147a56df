using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Geometry;
using Coda.Inference.Impact;
using Coda.Workflows.Weighing;

namespace Coda.Tests.Impact;

/// <summary>Sums of impacts: of every group per case, so that they add up.</summary>
[TestClass]
public sealed class ImpactTablesTests
{
    private static readonly ArchiveDescription Archive = new()
    {
        Layout = StateLayout.On(new Ring(3)),
        Operator = new("site-selection"),
        SiteCount = 3,
        SiteNames = ["a", "b, c", "d"],
        StepLength = 0.5,
        TimeUnit = "h",
        TimeOrigin = "2026-01-31T22:00:00Z",
        Steps = new(0, 100),
    };

    private static readonly ImpactCase[] Cases =
    [
        new(0, 0, 1, 2, [new(0, 1, 1, -0.75, 0.5), new(2, 1, 1, -0.25, 0.3)]) { Targets = [3, 2, 1] },
        new(0, 1, 3, 2, [new(2, 1, 1, 1, 0.1)]) { Targets = [1, 2, 3] },
        new(0, 4, 1, 3, [new(0, 1, 1, -2, 0.5)]) { Targets = [2, 2, 2] },
    ];

    [TestMethod]
    public void SumsBySiteKindTimeAndHourAddUp()
    {
        var tables = new ImpactTables(Archive, Cases);
        var sites = tables.Sites();
        CollectionAssert.AreEqual(new[] { "a", "b, c", "d" }, sites.Select(s => s.Name).ToArray());
        CollectionAssert.AreEqual(new[] { -2.75 / 3, 0, 0.75 / 3 }, sites.Select(s => s.Impact).ToArray());
        CollectionAssert.AreEqual(new double?[] { 2, 2, 2 }, sites.Select(s => s.Target).ToArray());
        Assert.AreEqual(0.5, sites[2].Beneficial);
        Assert.AreEqual(0.2, sites[2].Influence, 1e-12);
        Assert.AreEqual("site-selection of x", tables.Kinds().Single().Name);
        Assert.AreEqual(-2.0 / 3, tables.Kinds().Single().Impact, 1e-12);
        CollectionAssert.AreEqual(new[] { "0", "0.5", "2" }, tables.Times().Select(t => t.Name).ToArray());
        CollectionAssert.AreEqual(new[] { "00", "22" }, tables.Hours().Select(h => h.Name).ToArray());
        CollectionAssert.AreEqual(new[] { -2.0, 0 }, tables.Hours().Select(h => h.Impact).ToArray());
        Assert.IsEmpty(new ImpactTables(Archive with { TimeOrigin = null }, Cases).Hours());
    }
}
