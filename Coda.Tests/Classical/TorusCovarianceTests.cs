using System.Text.Json.Nodes;
using Coda.Classical.Observed;
using Coda.Classical.OptimalInterpolation;
using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Geometry;
using Coda.Data.Twins;
using Coda.Tests.Inference;

namespace Coda.Tests.Classical;

/// <summary>The stationary covariance on a torus is that of displacements along both axes.</summary>
[TestClass]
public sealed class TorusCovarianceTests
{
    private static readonly Torus Torus = new(5, 6);

    [TestMethod]
    public void EstimatedCovariancesAreThoseOfTheSignal()
    {
        var twin = new TwinExperiment
        {
            System = new Component("lorenz96-torus", new JsonObject { ["rows"] = 5, ["columns"] = 6 }),
            ObservingNetwork = new Component("random-fraction", new JsonObject { ["fraction"] = 0.5 }),
            StepCount = 600,
            TrajectoryCount = 10,
            SpinUpSteps = 500,
            Seed = 11,
        };
        var archive = twin.Archive();
        var sites = new ObservedSites(archive.Description);
        var mean = ObservedMean.Of(archive, sites);
        var rows = SpaceTimeCovariance.Estimate(archive, sites, mean, new ErrorVariance(null, 1), 20, 1 << 20).As<double>();
        foreach (var (lag, dy, dx) in new[] { (0, 0, 0), (0, 0, 1), (0, 1, 0), (0, 2, 3), (5, -1, 0), (5, 0, -1), (10, 1, 2), (-5, 1, 0), (-5, 0, 2) })
        {
            var shifted = Torus.Shifted(dy, dx);
            Assert.AreEqual(Exact(twin.Truth(), mean[0], lag, shifted), rows[lag, 16][shifted[16]], 0.8, $"lag {lag}, displacement {dy}, {dx}");
            Assert.AreEqual(rows[lag, 0][shifted[0]], rows[lag, 29][shifted[29]], $"the same everywhere: lag {lag}, displacement {dy}, {dx}");
        }
    }

    [TestMethod]
    public void SpectraWithoutNoiseAreKept()
    {
        var (decaying, waves) = (new double[9 * 30], new double[9 * 30]);
        for (var i = 0; i < 8 * 30; i++)
        {
            var (lag, y, x) = (i / 30, i % 30 / 6, i % 6);
            decaying[i] = Math.Pow(0.4, lag) * Math.Pow(0.3, Math.Min(y, 5 - y)) * Math.Pow(0.5, Math.Min(x, 6 - x));
            waves[i] = Math.Max(0, 1 - (lag / 4.0)) * Math.Cos(2 * Math.PI * ((y / 5.0) - (x / 6.0) - (lag / 8.0)));
        }

        foreach (var covariance in new[] { decaying, waves })
        {
            var clipped = PeriodicSpectrum.Clip(covariance, 9, Torus);
            for (var i = 0; i < covariance.Length; i++)
            {
                Assert.AreEqual(covariance[i], clipped[i], 1e-10, $"entry {i}");
            }
        }
    }

    private static double Exact(IEnumerable<StateBlock> truth, double mean, int lag, int[] shifted)
    {
        var (sum, count) = (0.0, 0L);
        foreach (var block in truth)
        {
            var states = block.States.Span;
            for (var row = Math.Max(0, -lag); row < block.Count - Math.Max(0, lag); row++)
            {
                for (var site = 0; site < shifted.Length; site++)
                {
                    sum += (states[(row * shifted.Length) + site] - mean) * (states[((row + lag) * shifted.Length) + shifted[site]] - mean);
                    count++;
                }
            }
        }

        return sum / count;
    }
}
