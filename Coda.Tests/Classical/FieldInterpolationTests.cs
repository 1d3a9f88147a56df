using System.Text.Json.Nodes;
using Coda.Classical.Correlations;
using Coda.Classical.OptimalInterpolation;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;
using Coda.Data.Observations;
using Coda.Data.Scoring;
using Coda.Data.Time;
using Coda.Data.Twins;
using Coda.Inference.Assimilation;
using Coda.Tests.Classical.Variational;
using Coda.Tests.Inference;

namespace Coda.Tests.Classical;

/// <summary>Optimal interpolation of fields without matrices.</summary>
[TestClass]
public sealed class FieldInterpolationTests
{
    private static readonly TwinExperiment Twin = new()
    {
        System = new Component("quasi-geostrophic", new JsonObject { ["size"] = 17 }),
        ObservingNetwork = new Component("random-fraction", new JsonObject { ["fraction"] = 0.06, ["interval"] = 2 }),
        StepLength = 1.25,
        StepCount = 60,
        TrajectoryCount = 1,
        SpinUpSteps = 200,
        Seed = 3,
    };

    private static readonly Lazy<MemoryArchive> Archive = new(Twin.Archive);

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void ItIsTheClosedForm(bool isPlane)
    {
        Grid grid = isPlane ? new Plane(5, 6) : new Torus(6, 5);
        var (layout, random) = (StateLayout.On(grid), new CounterRandom(4));
        double[] mean = [.. Enumerable.Repeat(0.5, grid.Size)];
        var covariance = SpectralEstimate.Gaussian(layout, [.. Enumerable.Repeat(2.0, grid.Size)], 1.3);
        (int Row, (int Site, double Value, double Variance)[] Seen)[] observed =
        [
            (0, [(3, 1.2, 0.3), (17, -0.4, 0.1)]), (2, [(3, 0.9, 0.2), (11, 2.0, 0.3), (12, 1.8, 0.3)]), (5, [(29, -1.0, 0.5)]),
        ];
        var interpolation = new FieldInterpolation(new FieldStatistics(mean, covariance, 3), new SiteSelection(layout, new()), 1e-12);
        var state = new float[grid.Size];
        interpolation.Analyze(interpolation.Solve(observed), 3, state);

        var c = GridTwin.Matrix(covariance);
        var all = observed.SelectMany(step => step.Seen.Select(o => (step.Row, o.Site, o.Value, o.Variance))).ToArray();
        var (s, right) = (new double[all.Length, all.Length], new double[all.Length]);
        for (var i = 0; i < all.Length; i++)
        {
            right[i] = all[i].Value - 0.5;
            for (var j = 0; j < all.Length; j++)
            {
                s[i, j] = (c[all[i].Site, all[j].Site] * InTime(all[i].Row - all[j].Row)) + (i == j ? all[i].Variance : 0);
            }
        }

        var weights = Dense.Multiply(Dense.Inverse(s), right);
        for (var x = 0; x < grid.Size; x++)
        {
            var expected = 0.5 + all.Select((o, i) => weights[i] * c[x, o.Site] * InTime(3 - o.Row)).Sum();
            Assert.AreEqual(expected, state[x], 1e-6, $"site {x}");
        }

        static double InTime(int lag) => Math.Exp(-lag * lag / 18.0);
    }

    [TestMethod]
    public void ItIsBetterThanTheMeanOnAFlowBetweenWalls()
    {
        Assert.IsLessThan(0.7 * Rmse("climatology"), Rmse("field-optimal-interpolation"));

        static double Rmse(string method) => TruthScoring.Score(
            AssimilationMethod.Catalog.Create(new Component(method), new AnalysisContext(Archive.Value)).Analyze(Archive.Value), Twin.Truth(), Archive.Value,
            new ScoreRequest { Margin = 5 })[0].Value;
    }

    [TestMethod]
    public void NeitherWorkersNorTheRequestChangeABit()
    {
        var method = AssimilationMethod.Catalog.Create(
            new Component("field-optimal-interpolation", new JsonObject { ["halfWidth"] = 6 }), new AnalysisContext(Archive.Value));
        var alone = method.Analyze(Archive.Value, new AnalysisRequest { Workers = 1 }).Values();
        foreach (var workers in new[] { 2, 3 })
        {
            CollectionAssert.AreEqual(alone, method.Analyze(Archive.Value, new AnalysisRequest { Workers = workers }).Values());
        }

        var part = method.Analyze(Archive.Value, new AnalysisRequest { Steps = new StepRange(20, 30) }).Values();
        CollectionAssert.AreEqual(alone[(20 * 17 * 17)..(30 * 17 * 17)], part);
    }

    [TestMethod]
    public void WhatItCannotReadIsSaid()
    {
        var lorenz = new TwinExperiment { System = new Component("lorenz63"), StepCount = 20 }.Archive();
        StringAssert.Contains(Message(() => Create(lorenz)), "fields on regular grids");
        StringAssert.Contains(Message(() => Create(Archive.Value).Compute(lorenz)), "the archive against the reference observations");
        StringAssert.Contains(
            Message(() => new FieldOptimalInterpolation(new AnalysisContext(Archive.Value), new() { LengthScale = 0, TimeScale = -1 })), "TimeScale");

        static FieldOptimalInterpolation Create(MemoryArchive archive) => new(new AnalysisContext(archive), new());

        static string Message(Action action) => Assert.ThrowsExactly<ArgumentException>(action).Message;
    }
}
