using Coda.Classical.Observed;
using Coda.Classical.Variational.Costs;
using Coda.Classical.Variational.Smoothing;
using Coda.Classical.Variational.Windows;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Time;
using Coda.Inference.Assimilation;
using Coda.Inference.Forecasting;
using Coda.Inference.Impact;
using Coda.Tests.Classical.Variational;

namespace Coda.Tests.Impact;

/// <summary>Where model, operator and errors are linear and Gaussian, impacts and influences are the closed form.</summary>
[TestClass]
public sealed class LinearImpactTests
{
    private const int Count = 9;
    private const int Lead = 4;

    public static IEnumerable<object[]> Cases =>
        [[false, 3], [false, 5], [false, 8], [true, 3], [true, 5], [true, 8]];

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void ImpactsAndInfluencesOf4DVarAreTheClosedForm(bool isMatrixFree, int step)
    {
        var twin = new LinearTwin(Count, 0);
        var (expected, state) = (new Textbook(twin, step), new float[] { 0.3f, -1, 2, 0.5f, 1 });
        using var verification = new StateVerification("a state", (_, _) => state);
        using var impact = new AdjointImpact(
            twin.Archive, new Windows(twin, isMatrixFree), twin.Forecast, twin.Operator, verification, new() { Lead = Lead, Targets = true });
        var found = impact.At(0, step);
        Assert.IsNotNull(found);
        var (errorWith, gradientWith) = expected.Error(expected.With, state);
        var (errorWithout, gradientWithout) = expected.Error(expected.Without, state);
        Close(errorWith, found.Error, "error with");
        Close(errorWithout, found.ErrorWithout, "error without");
        Close(errorWith - errorWithout, found.Sum, "the sum of impacts is the change");
        var gradient = Dense.Add(gradientWith, gradientWithout).Select(g => 0.5 * g).ToArray();
        var (start, end) = twin.Terms.At(step);
        Assert.HasCount(end - start, found.Observations);
        for (var o = start; o < end; o++)
        {
            var (observation, site) = (found.Observations[o - start], twin.Terms.Sites[o]);
            Assert.AreEqual(site, observation.Site);
            var gain = expected.Gain(o);
            var innovation = twin.Terms.Values[o] - Dense.Multiply(twin.H, expected.Without)[site];
            Close(innovation, observation.Innovation, "innovation");
            Close(innovation * gain.Zip(gradient, (k, g) => k * g).Sum(), observation.Impact, $"impact of site {site}");
            Close(Dense.Multiply(twin.H, gain)[site], observation.Influence, $"influence of site {site}");
        }

        Close(Enumerable.Range(start, end - start).Sum(o => Dense.Multiply(twin.H, expected.Gain(o))[twin.Terms.Sites[o]]), found.Signal, "trace of H K");
        for (var site = 0; site < LinearTwin.Size; site++)
        {
            Close(expected.Reduction(site), found.Targets[site], $"reduction of the forecast's variance by site {site}");
        }
    }

    [TestMethod]
    public void WhatIsNotFiniteIsNoImpact()
    {
        var twin = new LinearTwin(Count, 0);
        using var verification = new StateVerification("a state", (_, _) => Enumerable.Repeat(float.NaN, LinearTwin.Size).ToArray());
        using var impact = new AdjointImpact(twin.Archive, new Windows(twin, false), twin.Forecast, twin.Operator, verification, new() { Lead = Lead });
        var fault = Assert.ThrowsExactly<DivergenceException>(() => impact.At(0, 5));
        Assert.Contains($"forecasts of {Lead} steps", fault.Message);
    }

    [TestMethod]
    public void InfluencesFromProbesComeNear()
    {
        var twin = new LinearTwin(Count, 0);
        var state = new float[LinearTwin.Size];
        using var verification = new StateVerification("a state", (_, _) => state);
        using var exact = new AdjointImpact(twin.Archive, new Windows(twin, false), twin.Forecast, twin.Operator, verification, new());
        using var probed = new AdjointImpact(twin.Archive, new Windows(twin, false), twin.Forecast, twin.Operator, verification, new() { Probes = 2000 });
        var (expected, found) = (exact.At(0, 5)!, probed.At(0, 5)!);
        Assert.AreEqual(expected.Signal, found.Signal, 0.02 * expected.Signal);
        Assert.AreNotEqual(expected.Signal, found.Signal);
    }

    [TestMethod]
    [DataRow(0.04)]
    [DataRow(1e-4)]
    public void TheSmoothersSolveIsItsGainTransposed(double q)
    {
        // What the smoother makes of one more unit of each observation, against one solve with the gradient.
        const int Step = 4;
        var twin = new LinearTwin(Count, q);
        double[] gradient = [0.5, -1, 0.2, 2, 1];
        using var smoother = new TrajectorySmoother(twin.Model);
        var before = Smoothed(twin.Stretch);
        var right = new double[Count * LinearTwin.Size];
        gradient.CopyTo(right, Step * LinearTwin.Size);
        smoother.Solve(right);
        for (var o = 0; o < twin.Terms.Count; o++)
        {
            var row = Enumerable.Range(0, Count).First(k => o < twin.Terms.At(k).End);
            var solved = Dense.Multiply(twin.H, right[(row * LinearTwin.Size)..((row + 1) * LinearTwin.Size)])[twin.Terms.Sites[o]] / LinearTwin.Noise;
            var changed = Smoothed(Changed(twin.Stretch, (row * LinearTwin.Size) + twin.Terms.Sites[o]));
            var difference = Enumerable.Range(0, LinearTwin.Size).Sum(i =>
                gradient[i] * (changed[(Step * LinearTwin.Size) + i] - before[(Step * LinearTwin.Size) + i]));
            Close(difference, solved, $"observation {o}");
        }

        double[] Smoothed(ObservationStretch stretch)
        {
            var states = new double[Count * LinearTwin.Size];
            smoother.Pass(states, new ObservationTerms(stretch, stretch.Steps, new ErrorVariance(0.3, null)), twin.Prior, q);
            return states;
        }
    }

    private static ObservationStretch Changed(ObservationStretch stretch, int place)
    {
        var changed = new ObservationStretch(0, stretch.Steps, stretch.SiteCount);
        stretch.Values.CopyTo(changed.Values, 0);
        stretch.Mask.CopyTo(changed.Mask, 0);
        changed.Values[place]++;
        return changed;
    }

    private static void Close(double expected, double actual, string what) =>
        Assert.AreEqual(expected, actual, 1e-6 * Math.Max(1, Math.Abs(expected)), what);

    /// <summary>4D-Var over the whole record, as a method.</summary>
    private sealed class Windows(LinearTwin twin, bool isMatrixFree) : ISensitiveMethod
    {
        public IAnalysisSensitivity StartSensitivity(IObservationArchive archive, CancellationToken cancellation = default) => new WindowSensitivity(
            isMatrixFree ? new AdjointWindowSolver(twin.Model, new() { Tolerance = 1e-12, MostIterations = 100 }) : new WindowSolver(twin.Model),
            new WindowShape(Count, 1, false), archive.Description.Steps, new ErrorVariance(null, archive.Description.Sigma), null, twin.Prior,
            (_, _, prior, _) => [.. prior.Mean]);
    }

    /// <summary>x_t = Φ (B⁻¹ + GᵀR⁻¹G)⁻¹ (B⁻¹ x_b + GᵀR⁻¹ y), with small matrices.</summary>
    private sealed class Textbook
    {
        private readonly LinearTwin _twin;
        private readonly double[,] _covariance;  // at the window's start
        private readonly double[,] _to;          // M to the step
        private readonly double[,] _ahead;       // M from there to the forecast

        public Textbook(LinearTwin twin, int step)
        {
            _twin = twin;
            (_to, _ahead) = (Power(step), Power(Lead));
            var (start, end) = twin.Terms.At(step);
            _covariance = Covariance([.. Enumerable.Range(0, twin.Terms.Count)]);
            With = Analysis([.. Enumerable.Range(0, twin.Terms.Count)]);
            Without = Analysis([.. Enumerable.Range(0, twin.Terms.Count).Where(o => o < start || o >= end)]);
        }

        public double[] With { get; }

        public double[] Without { get; }

        public (double Error, double[] Gradient) Error(double[] analysis, float[] verifying)
        {
            var error = Dense.Add(Dense.Multiply(_ahead, analysis), Array.ConvertAll(verifying, v => (double)v), -1);
            return (error.Sum(e => e * e) / error.Length,
                Dense.Multiply(Dense.Transpose(_ahead), [.. error.Select(e => 2 * e / error.Length)]));
        }

        public double[] Gain(int o) =>
            [.. Dense.Multiply(_to, Dense.Multiply(_covariance, Row(o))).Select(k => k / LinearTwin.Noise)];

        public double Reduction(int site)
        {
            var p = Dense.Multiply(Dense.Multiply(_to, _covariance), Dense.Transpose(_to));
            double[] h = [.. Enumerable.Range(0, LinearTwin.Size).Select(j => _twin.H[site, j])];
            var seen = Dense.Multiply(p, h);
            var column = Dense.Multiply(_ahead, seen);
            return column.Sum(c => c * c) / LinearTwin.Size / (h.Zip(seen, (a, b) => a * b).Sum() + LinearTwin.Noise);
        }

        private double[,] Power(int steps)
        {
            var power = Dense.Diagonal([.. Enumerable.Repeat(1.0, LinearTwin.Size)]);
            for (var k = 0; k < steps; k++)
            {
                power = Dense.Multiply(_twin.M, power);
            }

            return power;
        }

        private double[] Row(int o)
        {
            var row = Enumerable.Range(0, Count).First(k => o < _twin.Terms.At(k).End);
            var seen = Dense.Multiply(_twin.H, Power(row));
            return [.. Enumerable.Range(0, LinearTwin.Size).Select(j => seen[_twin.Terms.Sites[o], j])];
        }

        private double[,] Covariance(int[] observations)
        {
            var information = Dense.Diagonal([.. _twin.Prior.Variances.Select(v => 1 / v)]);
            foreach (var row in observations.Select(Row))
            {
                for (var i = 0; i < row.Length * row.Length; i++)
                {
                    information[i / row.Length, i % row.Length] += row[i / row.Length] * row[i % row.Length] / LinearTwin.Noise;
                }
            }

            return Dense.Inverse(information);
        }

        private double[] Analysis(int[] observations)
        {
            double[] right = [.. _twin.Prior.Mean.Zip(_twin.Prior.Variances, (m, v) => m / v)];
            foreach (var o in observations)
            {
                right = Dense.Add(right, Row(o), _twin.Terms.Values[o] / LinearTwin.Noise);
            }

            return Dense.Multiply(_to, Dense.Multiply(Covariance(observations), right));
        }
    }
}
