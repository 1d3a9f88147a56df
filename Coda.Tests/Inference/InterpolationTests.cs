using System.Numerics;
using Coda.Classical.Numerics;
using Coda.Classical.Observed;
using Coda.Classical.OptimalInterpolation;
using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Geometry;
using Coda.Data.Time;
using Coda.Inference.Assimilation;

namespace Coda.Tests.Inference;

[TestClass]
public sealed class InterpolationTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    [DataRow(31)]
    [DataRow(33)]
    [DataRow(130)]
    public void TheFactorGivesTheMatrixBack(int n)
    {
        CheckFactor<float>(n, 1e-4);
        CheckFactor<double>(n, 1e-11);
    }

    [TestMethod]
    public void AMatrixThatIsNotPositiveDefiniteIsTold()
    {
        var stride = BlockedCholesky<double>.Stride(3);
        var a = new double[BlockedCholesky<double>.Entries(2, stride)];
        (a[0], a[1], a[stride + 1]) = (1, 2, 1);
        Assert.IsFalse(BlockedCholesky<double>.Factor(a, 2, stride, new double[256]));
    }

    // Two observations of one site, now and one step ago: the textbook's 2 x 2 system.
    [TestMethod]
    public void TwoObservationsGiveTheClosedForm()
    {
        const double variance = 4, lagged = 3, noise = 1, first = 2, second = -1;
        double[] table = [lagged, variance, lagged]; // one point that is no ring, lags -1 to 1
        var stretch = new ObservationStretch(0, new StepRange(0, 2), 1);
        (stretch.Values[0], stretch.Values[1], stretch.Mask[0], stretch.Mask[1]) = ((float)first, (float)second, 1, 1);
        var archive = ExampleTwins.Lorenz96().Archive().Description;
        var sites = new ObservedSites(archive);
        var list = new ObservationList<double>(stretch, sites, new double[8], new ErrorVariance(noise, null));
        var (state, explained) = new Interpolation<double>(new CovarianceRows<double>(table, 1, 1, columns: 0)).Analyze(list, 0, 2, 1, withSpread: true);

        var (a, b) = (variance + noise, lagged);
        var determinant = (a * a) - (b * b);
        var (w0, w1) = (((a * lagged) - (b * variance)) / determinant, ((a * variance) - (b * lagged)) / determinant);
        Assert.AreEqual((w0 * first) + (w1 * second), state.Span[0], 1e-12);
        Assert.AreEqual((w0 * lagged) + (w1 * variance), explained.Span[0], 1e-12);
    }

    [TestMethod]
    public void EstimatedCovariancesAreThoseOfTheSignal()
    {
        var twin = ExampleTwins.Lorenz96(size: 40, steps: 600, trajectories: 20, seed: 11);
        var archive = twin.Archive();
        var sites = new ObservedSites(archive.Description);
        var mean = ObservedMean.Of(archive, sites);
        var rows = SpaceTimeCovariance.Estimate(archive, sites, mean, new ErrorVariance(null, 1), 20, 1 << 20).As<double>();
        foreach (var (lag, distance) in new[] { (0, 0), (0, 1), (0, 2), (5, 0), (5, -1), (10, 3), (-5, 1) })
        {
            Assert.AreEqual(Exact(twin.Truth(), mean[0], lag, distance), rows[lag, 7][7 + distance], 0.6, $"lag {lag}, distance {distance}");
        }
    }

    [TestMethod]
    public void SpectraWithoutNoiseAreKept()
    {
        var ring = new double[5 * 6];
        var pairs = new double[5 * 4];
        for (var lag = 0; lag < 4; lag++)
        {
            var decay = Math.Pow(0.4, lag);
            for (var d = 0; d < 6; d++)
            {
                ring[(lag * 6) + d] = decay * Math.Pow(0.3, Math.Min(d, 6 - d));
            }

            (pairs[lag * 4], pairs[(lag * 4) + 1], pairs[(lag * 4) + 2], pairs[(lag * 4) + 3]) = (decay, 0.5 * decay, 0.5 * decay, 2 * decay);
        }

        AssertSame(ring, PeriodicSpectrum.Clip(ring, 5, new Ring(6)));
        AssertSame(pairs, PairSpectrum.Clip(pairs, 5, 2));
    }

    // Moving waves: the imaginary parts of the spectra count.
    [TestMethod]
    public void WavesWithoutNoiseAreKept()
    {
        static double Decay(int lag) => Math.Max(0, 1 - (Math.Abs(lag) / 4.0));
        var ring = new double[9 * 6];
        var pairs = new double[9 * 3 * 3];
        for (var lag = 0; lag < 8; lag++)
        {
            for (var d = 0; d < 6; d++)
            {
                ring[(lag * 6) + d] = Decay(lag) * Math.Cos(2 * Math.PI * ((d / 6.0) - (lag / 8.0)));
            }

            for (var pair = 0; pair < 9; pair++)
            {
                pairs[(lag * 9) + pair] = Decay(lag - ((pair % 3) - (pair / 3)));
            }
        }

        AssertSame(ring, PeriodicSpectrum.Clip(ring, 9, new Ring(6)));
        AssertSame(pairs, PairSpectrum.Clip(pairs, 9, 3));
    }

    private static void AssertSame(double[] expected, double[] actual)
    {
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], actual[i], 1e-10, $"entry {i}");
        }
    }

    private static double Exact(IEnumerable<StateBlock> truth, double mean, int lag, int distance)
    {
        var (sum, count) = (0.0, 0L);
        foreach (var block in truth)
        {
            var states = block.States.Span;
            for (var row = Math.Max(0, -lag); row < block.Count - Math.Max(0, lag); row++)
            {
                for (var k = 0; k < 40; k++)
                {
                    sum += (states[(row * 40) + k] - mean) * (states[((row + lag) * 40) + ((k + distance + 40) % 40)] - mean);
                    count++;
                }
            }
        }

        return sum / count;
    }

    private static void CheckFactor<F>(int n, double tolerance)
        where F : unmanaged, IBinaryFloatingPointIeee754<F>
    {
        var random = new CounterRandom(3, n);
        var factor = new double[n * n];
        for (var i = 0; i < factor.Length; i++)
        {
            factor[i] = random.NextGaussian() / Math.Sqrt(n);
        }

        var stride = BlockedCholesky<F>.Stride(n + 1);
        var a = new F[BlockedCholesky<F>.Entries(n, stride)];
        var solution = new double[n];
        for (var i = 0; i < n; i++)
        {
            solution[i] = random.NextGaussian();
        }

        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                var entry = i == j ? 1.0 : 0;
                for (var k = 0; k < n; k++)
                {
                    entry += factor[(i * n) + k] * factor[(j * n) + k];
                }

                a[(i * stride) + n] += F.CreateTruncating(entry * solution[j]);
                a[(i * stride) + j] = j >= i ? F.CreateTruncating(entry) : F.Zero;
            }
        }

        Assert.IsTrue(BlockedCholesky<F>.Factor(a, n, stride, new F[64 * n]));
        var z = new F[n];
        for (var i = 0; i < n; i++)
        {
            z[i] = a[(i * stride) + n];
        }

        BlockedCholesky<F>.SolveUpper(a, n, stride, z);
        for (var i = 0; i < n; i++)
        {
            Assert.AreEqual(solution[i], double.CreateChecked(z[i]), tolerance * n);
        }
    }
}
