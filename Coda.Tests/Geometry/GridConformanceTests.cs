using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;

namespace Coda.Tests.Geometry;

/// <summary>What every grid of the catalogue must do.</summary>
[TestClass]
public sealed class GridConformanceTests
{
    private static readonly Grid[] Examples =
    [
        new Ring(7), new Ring(1), new Ring(2), new Line(6), new Line(1), new Torus(4, 5), new Torus(1, 3), new Torus(2, 2), new Plane(3, 4), new Plane(1, 1),
        new Points([[0, 0], [1, 0.5], [-2, 3], [4, 4.5], [0.1, 0.2], [3, -1]]), new Points([[1, 2, 3]]), new Components(3), new Components(1),
    ];

    public static IEnumerable<object[]> Grids => Examples.Select((grid, i) => new object[] { i, $"{grid}" });

    [TestMethod]
    public void EveryGridOfTheCatalogueHasAnExample() =>
        CollectionAssert.IsSubsetOf(Grid.Catalog.Names.ToArray(), Examples.Select(grid => grid.Name).ToArray());

    [TestMethod]
    [DynamicData(nameof(Grids))]
    public void DistanceIsAMetricOrRefused(int example, string grid)
    {
        var g = Of(example, grid);
        if (!g.HasDistance)
        {
            Assert.Contains("expected a grid with distances",
                Assert.ThrowsExactly<NotSupportedException>(() => g.Distance(0, 0)).Message.Replace("Expected", "expected"));
            return;
        }

        foreach (var (a, b) in Pairs(g))
        {
            Assert.AreEqual(a == b, g.Distance(a, b) == 0, $"{a}, {b}");
            Assert.IsTrue(g.Distance(a, b) is >= 0 and < double.PositiveInfinity);
            Assert.AreEqual(g.Distance(a, b), g.Distance(b, a));
            for (var c = 0; c < g.Size; c++)
            {
                Assert.IsLessThanOrEqualTo(g.Distance(a, c) + g.Distance(c, b) + 1e-12, g.Distance(a, b), $"{a}, {c}, {b}");
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Grids))]
    public void NeighboursAreSymmetricAndNear(int example, string grid)
    {
        var g = Of(example, grid);
        for (var site = 0; site < g.Size; site++)
        {
            var neighbours = g.Neighbours(site);
            CollectionAssert.AreEqual(neighbours.Distinct().Order().Where(n => n != site && n >= 0 && n < g.Size).ToArray(), neighbours.ToArray());
            Assert.AreEqual(g.HasDistance && g.Size > 1, neighbours.Count > 0, $"site {site}");
            Assert.IsTrue(neighbours.All(n => g.Neighbours(n).Contains(site)), $"site {site}");
            if (neighbours.Count > 0)
            {
                var nearest = Enumerable.Range(0, g.Size).Where(other => other != site).Min(other => g.Distance(site, other));
                Assert.AreEqual(nearest, neighbours.Min(n => g.Distance(site, n)), 1e-12, $"site {site}");
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Grids))]
    public void CoordinatesMatchTheShape(int example, string grid)
    {
        var g = Of(example, grid);
        Assert.AreEqual(g.Size, g.Shape.Aggregate(1, (product, n) => product * n));
        Assert.HasCount(g.Shape.Count, g.IsPeriodic);
        Assert.AreEqual(g.HasDistance ? g.Size : 1, Enumerable.Range(0, g.Size).Select(site => string.Join(' ', g.Coordinates(site))).Distinct().Count());
        for (var site = 0; site < g.Size; site++)
        {
            var coordinates = g.Coordinates(site);
            Assert.HasCount(g.Extent.Count, coordinates);
            Assert.HasCount(g.Extent.Count, g.Position(site));
            if (g is RegularGrid)
            {
                Assert.AreEqual(site, coordinates.Zip(g.Shape).Aggregate(0, (index, at) => (index * at.Second) + (int)at.First), "rows one after another");
            }
        }

        foreach (var site in new[] { -1, g.Size })
        {
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => g.Coordinates(site));
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => g.Neighbours(site));
        }
    }

    [TestMethod]
    [DynamicData(nameof(Grids))]
    public void PeriodicAxesWrapAndOthersEnd(int example, string grid)
    {
        var g = Of(example, grid);
        int[] all = [.. Enumerable.Range(0, g.Size)];
        for (var axis = 0; axis < g.Shape.Count; axis++)
        {
            int[] Along(int sites) => g.Shifted([.. Enumerable.Range(0, g.Shape.Count).Select(a => a == axis ? sites : 0)]);
            CollectionAssert.AreEqual(all, Along(0));
            var n = g.Shape[axis];
            CollectionAssert.AreEqual(g.IsPeriodic[axis] ? all : Array.ConvertAll(all, _ => -1), Along(n), "once around");
            CollectionAssert.AreEqual(g.IsPeriodic[axis] ? all : Array.ConvertAll(all, _ => -1), Along(-n), "once around");
            var next = Along(1);
            Assert.AreEqual(g.IsPeriodic[axis] ? 0 : g.Size / n, next.Count(site => site < 0), "sites at the wall");
            foreach (var site in all.Where(site => next[site] >= 0 && g is RegularGrid))
            {
                Assert.IsTrue(next[site] == site || g.Neighbours(site).Contains(next[site]));
            }
        }

        Assert.ThrowsExactly<ArgumentException>(() => g.Shifted([.. g.Shape, 0]));
    }

    [TestMethod]
    [DynamicData(nameof(Grids))]
    public void WhatIsTheSameEverywhereIsSoByDistanceAndDisplacement(int example, string grid)
    {
        var g = Of(example, grid);
        if (!g.IsTranslationInvariant)
        {
            Assert.ThrowsExactly<NotSupportedException>(() => g.Displacement(0, 0));
            return;
        }

        foreach (var (from, d) in Pairs(g))
        {
            var to = g.Displaced(from, d);
            Assert.AreEqual(d, g.Displacement(from, to));
            Assert.AreEqual(g.Distance(0, d), g.Distance(from, to), 1e-12);
        }

        Assert.IsTrue(Enumerable.Range(0, g.Size).All(site => g.Neighbours(site).Count == g.Neighbours(0).Count));
    }

    [TestMethod]
    [DynamicData(nameof(Grids))]
    public void AFieldComesBackFromJson(int example, string grid)
    {
        var g = Of(example, grid);
        var field = new StateField("x", g, "K");
        var text = System.Text.Json.JsonSerializer.Serialize(field, CodaJson.Options);
        var read = CodaJson.Parse<StateField>(text, "it", "");
        Assert.AreEqual(field, read);
        Assert.AreEqual(field.GetHashCode(), read.GetHashCode());
        Assert.IsTrue(Examples.All(other => other.Equals(read.Grid) == ReferenceEquals(other, g)), "expected only grids of the same kind and size to be equal");
        Assert.AreEqual(text, System.Text.Json.JsonSerializer.Serialize(read, CodaJson.Options));
    }

    [TestMethod]
    [DataRow("""{"name":"x","size":40,"topology":"ring"}""", "ring of 40")]
    [DataRow("""{"name":"z","size":3,"topology":"components"}""", "components of 3")]
    [DataRow("""{"topology":"ring","size":2,"name":"z"}""", "ring of 2")]
    public void AFieldOfFormatOneIsRead(string text, string grid)
    {
        var field = CodaJson.Parse<StateField>(text, "it", "");
        Assert.AreEqual((grid, "1"), ($"{field.Grid}", field.Unit));
    }

    [TestMethod]
    public void WhatCannotBeAGridIsRefusedInWords()
    {
        Refused("size: expected at least 1 site along each axis, got 4 x -1", () => new Plane(4, -1));
        Refused("got 10000000000", () => new Torus(100_000, 100_000));
        Refused("as many numbers for every point, at least 1, got 2, 1", () => new Points([[1, 2], [3]]));
        Refused("at least 1 site along each axis, got 0", () => new Points(Array.Empty<double[]>()));
        Refused("at least 1, got 0", () => new Points([[]]));
        Refused("finite numbers", () => new Points([[double.NaN]]));
        Refused("points in different places", () => new Points([[1, 2], [0, 0], [1, 2]]));

        static void Refused(string said, Func<Grid> make) => Assert.Contains(said, Assert.ThrowsExactly<ArgumentException>(make).Message);
    }

    private static Grid Of(int example, string grid)
    {
        Assert.AreEqual(grid, $"{Examples[example]}");
        return Examples[example];
    }

    private static IEnumerable<(int, int)> Pairs(Grid grid) =>
        Enumerable.Range(0, grid.Size).SelectMany(a => Enumerable.Range(0, grid.Size).Select(b => (a, b)));
}
