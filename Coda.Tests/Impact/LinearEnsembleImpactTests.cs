using Coda.Classical.Ensemble;
using Coda.Classical.Observed;
using Coda.Data.Foundation;
using Coda.Inference.Impact;
using Coda.Tests.Classical;
using Coda.Tests.Classical.Variational;

namespace Coda.Tests.Impact;

/// <summary>Where model and operator are linear, impacts by an ensemble are those of the Kalman filter whose prior is its covariance.</summary>
[TestClass]
public sealed class LinearEnsembleImpactTests
{
    private const int Members = 12;
    private const int Step = 5;
    private const int Lead = 4;

    [TestMethod]
    [DataRow(1.0)]
    [DataRow(1.1)]
    public void ImpactsInfluencesAndTargetsAreTheClosedForm(double inflation)
    {
        var twin = new LinearTwin(9, 0);
        var size = LinearTwin.Size;
        var (state, background) = (new EnsembleState(Members, size), DenseMatrixTests.Gaussian(Members * size, 3));
        background.CopyTo(state.Ensemble, 0);
        state.Split();
        var (mean, p) = ((double[])[.. state.Mean], Covariance(state.Anomalies));
        var observations = new EnsembleObservations(twin.Operator, new ErrorVariance(0.3, null), Members);
        Assert.IsTrue(observations.Read(twin.Stretch, Step, state.Ensemble));
        new GlobalAnalysis(Etkf.Update, Members, size, inflation, rotation: false).Analyze(state, observations, new CounterRandom(1));
        state.Join();
        float[] verifying = [0.3f, -1, 2, 0.5f, 1];
        using var verification = new StateVerification("a state", (_, _) => verifying);
        using var impact = new EnsembleImpact(
            twin.Archive, twin.Forecast, twin.Operator, verification, new() { Lead = Lead, Targets = true, TargetSigma = 0.3 }, (_, _) => true);
        impact.Read(new(0, Step, Members, background, state.Ensemble) { Inflation = inflation });
        var found = impact.Cases.Single();

        var (start, end) = twin.Terms.At(Step);
        var h = new double[end - start, size];
        for (var o = start; o < end; o++)
        {
            for (var j = 0; j < size; j++)
            {
                h[o - start, j] = twin.H[twin.Terms.Sites[o], j];
            }
        }

        var seen = Dense.Multiply(h, mean);
        var s = Dense.Add(Dense.Multiply(Dense.Multiply(h, p), Dense.Transpose(h)), Dense.Diagonal([.. Enumerable.Repeat(LinearTwin.Noise, end - start)]));
        var gain = Dense.Multiply(Dense.Multiply(p, Dense.Transpose(h)), Dense.Inverse(s));
        double[] innovation = [.. Enumerable.Range(start, end - start).Select(o => twin.Terms.Values[o] - seen[o - start])];
        var analysis = Dense.Add(mean, Dense.Multiply(gain, innovation));
        var ahead = Enumerable.Repeat(twin.M, Lead).Aggregate((a, b) => Dense.Multiply(b, a));
        var (with, without) = (Error(ahead, analysis, verifying), Error(ahead, mean, verifying));
        Close(with.Error, found.Error, "error with");
        Close(without.Error, found.ErrorWithout, "error without");
        Close(with.Error - without.Error, found.Sum, "the sum of impacts is the change");
        double[] gradient = [.. with.Gradient.Zip(without.Gradient, (a, b) => 0.5 * (a + b))];
        var signal = Dense.Multiply(h, gain);
        for (var o = 0; o < end - start; o++)
        {
            Close(innovation[o] * Enumerable.Range(0, size).Sum(i => gain[i, o] * gradient[i]), found.Observations[o].Impact, $"impact {o}");
            Close(signal[o, o], found.Observations[o].Influence, $"influence {o}");
        }

        var posterior = Dense.Add(p, Dense.Multiply(gain, Dense.Multiply(h, p)), -1);
        for (var site = 0; site < size; site++)
        {
            double[] row = [.. Enumerable.Range(0, size).Select(j => twin.H[site, j])];
            var column = Dense.Multiply(posterior, row);
            var variance = inflation * inflation * row.Zip(column, (a, b) => a * b).Sum();
            var reached = Dense.Multiply(ahead, column).Sum(c => c * c) * Math.Pow(inflation, 4);
            Close(reached / size / (variance + 0.09), found.Targets[site], $"reduction by site {site}");
        }
    }

    // A column that is multiplied by a half moves a quarter of the variance; what is left of it at a site's own place stays.
    [TestMethod]
    public void TargetsAreTaperedAsTheFilterIs()
    {
        var twin = new LinearTwin(9, 0);
        var background = DenseMatrixTests.Gaussian(Members * LinearTwin.Size, 3);
        double[] whole = Targets(null), half = Targets(_ => [.. Enumerable.Repeat(0.5, LinearTwin.Size)]);
        for (var site = 0; site < whole.Length; site++)
        {
            Close(0.25 * whole[site], half[site], $"site {site}");
        }

        double[] Targets(Func<int, IReadOnlyList<double>>? taper)
        {
            using var verification = new StateVerification("a state", (_, _) => new float[LinearTwin.Size]);
            using var impact = new EnsembleImpact(
                twin.Archive, twin.Forecast, twin.Operator, verification, new() { Lead = Lead, Targets = true, TargetSigma = 0.3 }, (_, _) => true);
            impact.Read(new(0, Step, Members, background, background) { Taper = taper });
            return [.. impact.Cases.Single().Targets];
        }
    }

    [TestMethod]
    public void StatesOfAnotherSizeVerifyNothing()
    {
        foreach (var size in new[] { LinearTwin.Size - 1, LinearTwin.Size + 1 })
        {
            using var verification = new StateVerification("a state", (_, _) => new float[size]);
            Assert.IsTrue(verification.Load(0, 0));
            Assert.Contains($"of {size} entries", Assert.Throws<ArgumentException>(
                () => verification.Error(new double[LinearTwin.Size], new double[LinearTwin.Size])).Message);
        }
    }

    private static (double Error, double[] Gradient) Error(double[,] ahead, double[] state, float[] verifying)
    {
        var error = Dense.Add(Dense.Multiply(ahead, state), Array.ConvertAll(verifying, v => (double)v), -1);
        return (error.Sum(e => e * e) / error.Length, Dense.Multiply(Dense.Transpose(ahead), [.. error.Select(e => 2 * e / error.Length)]));
    }

    private static double[,] Covariance(double[] anomalies)
    {
        var size = LinearTwin.Size;
        var covariance = new double[size, size];
        for (var i = 0; i < size * size; i++)
        {
            covariance[i / size, i % size] =
                Enumerable.Range(0, Members).Sum(m => anomalies[(m * size) + (i / size)] * anomalies[(m * size) + (i % size)]) / (Members - 1);
        }

        return covariance;
    }

    private static void Close(double expected, double actual, string what) =>
        Assert.AreEqual(expected, actual, 1e-6 * Math.Max(1, Math.Abs(expected)), what);
}
