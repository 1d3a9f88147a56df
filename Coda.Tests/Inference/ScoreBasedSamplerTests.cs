using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Inference.Assimilation;
using Coda.Inference.Assimilation.Sampling;
using Coda.Inference.Sessions;
using Coda.Tests.Additions;
using Coda.Tests.Archives;

namespace Coda.Tests.Inference;

/// <summary>Samples by a score: those of the posterior where the score is exact, the same bits whoever asks.</summary>
[TestClass]
public sealed class ScoreBasedSamplerTests
{
    private const int Every = 4;

    private static readonly TemporaryDirectory Folder = new();

    private static OnnxModel _gaussian = null!;
    private static OnnxModel _white = null!;
    private static OnnxModel _random = null!;

    [ClassInitialize]
    public static void Write(TestContext _)
    {
        ScoreExamples.Write(Folder.File("gaussian"), new Component("gaussian-score"));
        ScoreExamples.Write(Folder.File("white"), null, (name, values) => name.StartsWith("out", StringComparison.Ordinal) ? new float[values.Length] : values);
        ScoreExamples.Write(Folder.File("random"));
        (_gaussian, _white, _random) =
            (OnnxModel.Open(Folder.File("gaussian")), OnnxModel.Open(Folder.File("white")), OnnxModel.Open(Folder.File("random")));
    }

    [ClassCleanup]
    public static void Remove()
    {
        _gaussian.Dispose();
        _white.Dispose();
        _random.Dispose();
        Folder.Dispose();
    }

    // With weights a third of the particles are kept, some of them twice, so that means vary more.
    [TestMethod]
    [DataRow(0.0)]
    [DataRow(0.5)]
    public void OfAGaussianPriorMembersHaveThePosteriorsMeanAndVariance(double resampleBelow)
    {
        const int Members = 500;
        var archive = ScoreExamples.Twin(steps: 20, trajectories: 1, fraction: 0.4).Archive(); // five states, one segment
        var members = Sampled(_gaussian, archive, Members, new()
        {
            ["iterations"] = 4, ["levels"] = 32, ["corrections"] = 1, ["resampleBelow"] = resampleBelow, ["particles"] = resampleBelow > 0 ? 3 * Members : 0,
        });
        var (mean, variance) = Posterior(archive, _gaussian.Card, 0.4);
        var observed = 0;
        for (var i = 0; i < mean.Length; i++)
        {
            var values = members.Select(m => (double)m[(i / 3 * Every * 3) + (i % 3)]).ToList();
            var (average, unit) = (values.Average(), Math.Sqrt(variance[i]));
            Assert.AreEqual(mean[i] / unit, average / unit, resampleBelow > 0 ? 0.3 : 0.18, $"mean of entry {i}");
            Assert.AreEqual(1, values.Sum(v => Math.Pow(v - average, 2)) / (Members - 1) / variance[i], 0.3, $"variance of entry {i}");
            observed += variance[i] < 0.5 * Math.Pow(_gaussian.Card.ClimatologyDeviation[i % 3], 2) ? 1 : 0;
        }

        Assert.IsGreaterThan(3, observed, "observations must tell something");
    }

    [TestMethod]
    [DataRow(ScoreGuidance.Covariance)]
    [DataRow(ScoreGuidance.Diagonal)]
    public void OfIndependentStatesReverseModeAndTheBlanketComeNearThePosterior(ScoreGuidance guidance)
    {
        const int Members = 300;
        var archive = ScoreExamples.Twin(steps: 32, trajectories: 1, fraction: 0.4).Archive(); // eight states in segments of three
        var members = Sampled(_white, archive, Members, new()
        {
            ["guidance"] = $"{guidance}", ["gamma"] = 1, ["levels"] = 32, ["corrections"] = 2, ["leastNoise"] = 0.02,
        });
        var (card, stretch) = (_white.Card, archive.ReadObservations(0, new StepRange(0, 32)));
        for (var state = 0; state < 8; state++)
        {
            for (var entry = 0; entry < 3; entry++)
            {
                var at = (state * Every * 3) + entry;
                var (prior, error) = (Math.Pow(card.ClimatologyDeviation[entry], 2), stretch.Mask[at] > 0 ? 1.0 : double.PositiveInfinity);
                var gain = prior / (prior + error);
                var (mean, deviation) = (
                    card.ClimatologyMean[entry] + (gain * (stretch.Values[at] - card.ClimatologyMean[entry])), Math.Sqrt((1 - gain) * prior));
                var values = members.Select(m => (double)m[at]).ToList();
                var average = values.Average();
                Assert.AreEqual(0, (average - mean) / deviation, 0.35, $"mean of entry {entry} of state {state}");
                Assert.AreEqual(1, Math.Sqrt(values.Average(v => Math.Pow(v - average, 2))) / deviation, 0.25, $"spread of entry {entry} of state {state}");
            }
        }
    }

    [TestMethod]
    public void WithoutReverseModeSamplesComeToTheObservationsAllTheSame()
    {
        var archive = ScoreExamples.Twin(steps: 32, trajectories: 1).Archive();
        var analyses = Create(_white, archive, new() { ["guidance"] = "identity", ["levels"] = 24, ["members"] = 40 }).Analyze(archive).Single();
        var stretch = archive.ReadObservations(0, new StepRange(0, 32));
        for (var i = 0; i < stretch.Values.Length; i++)
        {
            if (stretch.Mask[i] > 0)
            {
                Assert.AreEqual(stretch.Values[i], analyses.States.Span[i], 1.5, $"entry {i}, whose error is 1 and whose climatology's is 8");
            }
        }
    }

    // White noise in time has no line through two states; what is observed between them pulls both, each by its share.
    [TestMethod]
    public void WhatIsObservedBetweenStatesIsOfTheLineThroughThem()
    {
        var archive = ScoreExamples.Twin(steps: 31, trajectories: 1, interval: 3).Archive();
        var analyses = Create(_white, archive, new() { ["levels"] = 24, ["members"] = 100, ["iterations"] = 4 }).Analyze(archive).Single();
        var (stretch, states) = (archive.ReadObservations(0, new StepRange(0, 31)), analyses.States.ToArray());
        foreach (var step in new[] { 3, 6, 9, 30 })
        {
            for (var entry = 0; entry < 3; entry++)
            {
                var (state, share) = (Math.Min(step / Every, 6), (step - (Every * Math.Min(step / Every, 6))) / (float)Every);
                var seen = ((1 - share) * states[(state * Every * 3) + entry]) + (share * states[((state + 1) * Every * 3) + entry]);
                Assert.AreEqual(stretch.Values[(step * 3) + entry], seen, 2, $"step {step}, entry {entry}");
            }
        }
    }

    [TestMethod]
    public void BetweenStatesAreForecastsAndTheMeanIsThatOfTheMembers()
    {
        var archive = ScoreExamples.Twin(steps: 31, trajectories: 2).Archive();
        var method = Create(_random, archive, new() { ["members"] = 5, ["levels"] = 8 });
        var members = method.ComputeMembers(archive, 5).ToList();
        CollectionAssert.AreEqual(Enumerable.Range(0, 10).ToArray(), members.Select(m => m.Trajectory).ToArray());
        var forecast = new Coda.Inference.Forecasting.HybridModel(_random);
        var (states, next) = (members[7].States.ToArray(), new float[3]);
        foreach (var step in new[] { 0, 1, 2, 4, 29 })
        {
            forecast.Advance(states.AsSpan(step * 3, 3), next, 1);
            ExampleTwins.AssertClose(next, states[((step + 1) * 3)..((step + 2) * 3)], 1e-4);
        }

        var analyses = method.Analyze(archive).ToList();
        Assert.AreEqual(31, analyses[1].Count);
        Assert.AreEqual(members.Skip(5).Average(m => m.States.Span[40]), analyses[1].States.Span[40], 1e-3);
        Assert.IsGreaterThan(0, analyses[1].Spread!.Value.Span[40]);
        forecast.Dispose();
    }

    [TestMethod]
    public void NeitherWorkersNorTheRequestChangeABit()
    {
        var archive = ScoreExamples.Twin(steps: 40, trajectories: 3, fraction: 0.5).Archive();
        var method = Create(_random, archive, new() { ["members"] = 3, ["levels"] = 6 });
        var alone = method.Analyze(archive, new AnalysisRequest { Workers = 1 }).Values();
        CollectionAssert.AreEqual(alone, method.Analyze(archive, new AnalysisRequest { Workers = 3 }).Values());
        var part = method.Analyze(archive, new AnalysisRequest { Trajectories = [2], Steps = new StepRange(7, 33) }).Values();
        CollectionAssert.AreEqual(alone[((80 + 7) * 3)..((80 + 33) * 3)], part);
        Assert.IsFalse(alone.SequenceEqual(Create(_random, archive, new() { ["members"] = 3, ["levels"] = 6, ["seed"] = 2 }).Analyze(archive).Values()));
    }

    [TestMethod]
    public void WhatItCannotDoIsRefused()
    {
        var archive = ScoreExamples.Twin().Archive();
        Refused<ArgumentException>("--model DIR", () => Create(null, archive, []));
        Refused<ArgumentException>("Levels", () => Create(_random, archive, new() { ["levels"] = 0 }));
        Refused<ArgumentException>("MostNoise", () => Create(_random, archive, new() { ["mostNoise"] = 0.001 }));
        Refused<ArgumentException>("Particles", () => Create(_random, archive, new() { ["particles"] = 3 }));
        Refused<ArgumentException>("2 to the option members", () => Create(_random, archive, []).ComputeMembers(archive, 21));
        Refused<ModelMismatchException>("steps of 0.02", () => Run((ScoreExamples.Twin() with { StepLength = 0.01 }).Archive()));
        Refused<ArgumentException>("at least the 3 states", () => Run(ScoreExamples.Twin(steps: 8).Archive()));
        using var folder = new TemporaryDirectory();
        ExampleModels.Write(folder.Path);
        using var windows = OnnxModel.Open(folder.Path);
        Refused<ArgumentException>("member score", () => Create(windows, archive, []));

        static void Run(IObservationArchive of) => Create(_random, of, new() { ["levels"] = 2, ["members"] = 2 }).Analyze(of).Values();

        static void Refused<TFault>(string what, Action make)
            where TFault : Exception => StringAssert.Contains(Assert.ThrowsExactly<TFault>(make).Message, what);
    }

    private static List<float[]> Sampled(OnnxModel model, IObservationArchive archive, int members, JsonObject options)
    {
        options["members"] = members;
        return [.. Create(model, archive, options).ComputeMembers(archive, members).Select(m => m.States.ToArray())];
    }

    private static ScoreBasedSampler Create(OnnxModel? model, IObservationArchive archive, JsonObject options) =>
        (ScoreBasedSampler)AssimilationMethod.Catalog.Create(new Component("score-based-sampler", options), new AnalysisContext(archive, model));

    // Mean and variance of each entry of each state: C = Uᵀ λ U along time, and one observation after another.
    private static (double[] Mean, double[] Variance) Posterior(IObservationArchive archive, ModelCard card, double decay)
    {
        var steps = archive.Description.Steps;
        var (stretch, length) = (archive.ReadObservations(0, steps), (int)steps.Count / Every);
        var (cosines, variances) = GaussianScore.Prior(length, decay);
        var (mean, variance) = (new double[length * 3], new double[length * 3]);
        for (var entry = 0; entry < 3; entry++)
        {
            var (x, c) = (Enumerable.Repeat(card.ClimatologyMean[entry], length).ToArray(), new double[length, length]);
            for (var i = 0; i < length * length; i++)
            {
                c[i / length, i % length] = Math.Pow(card.ClimatologyDeviation[entry], 2) * Enumerable.Range(0, length).Sum(
                    mode => cosines.As<double>()[(mode * length) + (i / length)] * variances[mode] * cosines.As<double>()[(mode * length) + (i % length)]);
            }

            for (var k = 0; k < length; k++)
            {
                if (stretch.Mask[(k * Every * 3) + entry] > 0)
                {
                    Update(x, c, k, stretch.Values[(k * Every * 3) + entry]);
                }
            }

            for (var k = 0; k < length; k++)
            {
                (mean[(k * 3) + entry], variance[(k * 3) + entry]) = (x[k], c[k, k]);
            }
        }

        return (mean, variance);

        static void Update(double[] x, double[,] c, int k, double value)
        {
            double[] gain = [.. Enumerable.Range(0, x.Length).Select(i => c[i, k] / (c[k, k] + 1))];
            double[] row = [.. Enumerable.Range(0, x.Length).Select(i => c[k, i])];
            var innovation = value - x[k];
            for (var i = 0; i < x.Length; i++)
            {
                x[i] += gain[i] * innovation;
                for (var j = 0; j < x.Length; j++)
                {
                    c[i, j] -= gain[i] * row[j];
                }
            }
        }
    }
}
