using Coda.Classical.Ensemble;
using Coda.Data.Dynamics;
using Coda.Data.Geometry;

namespace Coda.Tests.Classical;

/// <summary>The weights of observations around a long ring, which come from a table, are those of their distances.</summary>
[TestClass]
public sealed class LocalWeightsTests
{
    [TestMethod]
    [DataRow(300)]
    [DataRow(1200)]
    public void OnARingTheyAreThoseOfTheDistances(int size)
    {
        const double Radius = 4;
        var layout = StateLayout.On(new Ring(size));
        int[] sites = [.. Enumerable.Range(0, size)];
        var (weights, distance, row) = (LocalWeights.Of(layout, sites, Radius), new LayoutDistance(layout), new double[size]);
        foreach (var point in new[] { 0, 7, size / 2, size - 1 })
        {
            weights.Fill([point], sites, row);
            double[] expected = [.. sites.Select(site => GaspariCohn.At(distance.Between(point, site), Radius))];
            Assert.AreEqual(0, expected.Zip(row, (a, b) => Math.Abs(a - b)).Max(), 1e-12, $"around {point}");
        }
    }
}
