using Coda.Classical.Correlations;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;
using Coda.Tests.Classical.Variational;
using Coda.Tests.Interpretations;

namespace Coda.Tests.Classical;

/// <summary>Covariances as operators, wave by wave.</summary>
[TestClass]
public sealed class SpectralCovarianceTests
{
    public static IEnumerable<object[]> Grids =>
        [[new Ring(40)], [new Ring(7)], [new Torus(6, 8)], [new Torus(5, 9)], [new Plane(9, 9)], [new Plane(6, 11)], [new Line(12)]];

    [TestMethod]
    [DynamicData(nameof(Grids))]
    public void ItIsSymmetricPositiveAndTheProductOfItsRoots(Grid grid)
    {
        var covariance = new GridTwin(grid, 1).Covariance;
        var matrix = GridTwin.Matrix(covariance);
        var random = new CounterRandom(2);
        for (var time = 0; time < 5; time++)
        {
            var (v, g) = (Gaussian(ref random, covariance.ControlSize), Gaussian(ref random, grid.Size));
            var (x, w) = (new double[grid.Size], new double[covariance.ControlSize]);
            covariance.Root(v, x);
            covariance.TransposedRoot(g, w);
            Assert.AreEqual(Dot(x, g), Dot(v, w), 1e-12 * Math.Sqrt(Dot(x, x) * Dot(g, g)), "⟨L v, g⟩ = ⟨v, Lᵀ g⟩");
            Assert.IsGreaterThan(0, Dot(w, w));
            covariance.InverseRoot(x, w);
            Agree.Within(1e-7, v, w, "L⁻¹ L v");
        }

        for (var i = 0; i < grid.Size; i++)
        {
            Assert.AreEqual(matrix[i, i], covariance.Variances[i], 1e-12, $"variance {i}");
            for (var j = 0; j < i; j++)
            {
                Assert.AreEqual(matrix[i, j], matrix[j, i], 1e-12, $"{i}, {j}");
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Grids))]
    public void ItIsThatOfTheSamples(Grid grid)
    {
        var twin = new GridTwin(grid, 1);
        var matrix = GridTwin.Matrix(twin.Covariance);
        var variance = twin.Samples.Average(x => Dot(x, x) / x.Length);
        Assert.AreEqual(variance, twin.Covariance.Variances.Average(), 0.02 * variance);
        foreach (var (i, j) in new[] { (grid.Size / 2, grid.Size / 2), (grid.Size / 2, (grid.Size / 2) + 1), (grid.Size / 2, (grid.Size / 2) + 2) })
        {
            // Of 200 samples 7 % are chance, and near walls no two places are alike.
            Assert.AreEqual(twin.Samples.Average(x => x[i] * x[j]), matrix[i, j], 0.3 * variance, $"{i}, {j}");
        }
    }

    [TestMethod]
    public void AHeightKnowsItsCurrents()
    {
        // In geostrophic balance u = -∂h/∂y and v = ∂h/∂x.
        var grid = new Torus(8, 10);
        var layout = new StateLayout([new StateField("h", grid), new StateField("u", grid), new StateField("v", grid)]);
        var (north, south, east, west) = (grid.Shifted(1, 0), grid.Shifted(-1, 0), grid.Shifted(0, 1), grid.Shifted(0, -1));
        double[][] samples = [.. new GridTwin(grid, 1).Samples.Select(h => (double[])
            [.. h, .. h.Select((_, i) => h[south[i]] - h[north[i]]), .. h.Select((_, i) => h[east[i]] - h[west[i]])])];
        var covariance = SpectralEstimate.Of(layout, samples);
        var matrix = GridTwin.Matrix(covariance);
        for (var site = 0; site < grid.Size; site++)
        {
            // A high at a site turns round it: opposite currents on its two sides, none at itself.
            Assert.AreEqual(0, matrix[grid.Size + site, site], 0.15, $"u at {site}");
            Assert.IsGreaterThan(1, matrix[grid.Size + north[site], site], $"u north of {site}");
            Assert.IsLessThan(-1, matrix[grid.Size + south[site], site], $"u south of {site}");
            Assert.IsGreaterThan(1, matrix[(2 * grid.Size) + west[site], site], $"v west of {site}");
            Assert.IsLessThan(-1, matrix[(2 * grid.Size) + east[site], site], $"v east of {site}");
            Assert.AreEqual(matrix[(2 * grid.Size) + east[0], 0], matrix[(2 * grid.Size) + east[site], site], 1e-9, "the same everywhere");
        }

        var random = new CounterRandom(3);
        var (v, x, w) = (Gaussian(ref random, covariance.ControlSize), new double[layout.Size], new double[covariance.ControlSize]);
        covariance.Root(v, x);
        covariance.InverseRoot(x, w);
        Agree.Within(1e-7, v, w, "L⁻¹ L v");
        Assert.AreEqual(matrix[grid.Size + 3, grid.Size + 3], covariance.Variances[grid.Size + 3], 1e-9);
    }

    [TestMethod]
    public void AGaussianHasTheLengthThatIsGiven()
    {
        var grid = new Torus(20, 24);
        var matrix = GridTwin.Matrix(SpectralEstimate.Gaussian(StateLayout.On(grid), [.. Enumerable.Repeat(4.0, grid.Size)], 2));
        Assert.AreEqual(4, matrix[0, 0], 1e-9);
        Assert.AreEqual(4 * Math.Exp(-0.5), matrix[0, 2], 1e-3);
        Assert.AreEqual(4 * Math.Exp(-2), matrix[0, 4 * 24], 1e-3);
    }

    [TestMethod]
    public void EntriesWithoutAGeometryAreIndependent()
    {
        var layout = new StateLayout([new StateField("x", new Ring(6)), new StateField("F", new Components(1))]);
        var random = new CounterRandom(5);
        var samples = new double[400][];
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = Gaussian(ref random, 7);
        }

        var matrix = GridTwin.Matrix(SpectralEstimate.Of(layout, samples));
        Assert.AreEqual(0, matrix[0, 6]);
        Assert.AreEqual(1, matrix[6, 6], 0.2);
    }

    private static double[] Gaussian(ref CounterRandom random, int size) 
    {
        var values = new double[size];
        foreach (ref var value in values.AsSpan())
        {
            value = random.NextGaussian();
        }

        return values;
    }

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
}
