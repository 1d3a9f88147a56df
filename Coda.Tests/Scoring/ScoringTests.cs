using System.Text.Json;
using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;
using Coda.Data.Scoring;
using Coda.Data.Time;
using Coda.Data.Twins;
using Coda.Inference.Forecasting;

namespace Coda.Tests.Scoring;

[TestClass]
public sealed class ScoringTests
{
    private static readonly TwinExperiment Twin = new()
    {
        System = new Component("lorenz96", new JsonObject { ["size"] = 8 }),
        StepCount = 50,
        TrajectoryCount = 3,
        SpinUpSteps = 300,
        Withheld = new Withholding(0.3, 9),
    };

    [TestMethod]
    public void TheTruthScoresZero()
    {
        var results = TruthScoring.Score(Twin.Truth(), Twin.Truth(), Archive());
        Assert.IsTrue(results.All(r => r.Value == 0 && r.Deviation == 0 && r is { Trajectories: 3, Count: 150, Lead: 0 }));
        CollectionAssert.AreEqual(new[] { RootMeanSquareError.Name, Bias.Name, MeanSquareError.Name }, results.Select(r => r.Score).ToArray());
    }

    // Trajectory t is off by t + 1 at every site: RMSE 1, 2, 3, mean 2, standard deviation 1.
    [TestMethod]
    public void RmseIsTheMeanOverTimeAndItsScatterOverTrajectories()
    {
        var states = Twin.Truth().Select(b => b with { States = b.States.ToArray().Select(x => x - b.Trajectory - 1).ToArray() });
        var results = TruthScoring.Score(states, Twin.Truth(), Archive());
        Assert.AreEqual(2, results[0].Value, 1e-5);
        Assert.AreEqual(1, results[0].Deviation!.Value, 1e-5);
        Assert.AreEqual(-2, results[1].Value, 1e-5);
    }

    [TestMethod]
    public void TheMarginLeavesOutBothEnds()
    {
        var states = Twin.Truth().Select(b => b with
        {
            States = b.States.ToArray().Select((x, i) => x + ((b.FirstStep + (i / 8)) is >= 5 and < 45 ? 0 : 100)).ToArray(),
        }).ToList();
        Assert.AreEqual(0, TruthScoring.Score(states, Twin.Truth(), Archive(), new ScoreRequest { Margin = 5 })[0].Value);
        Assert.IsGreaterThan(1, TruthScoring.Score(states, Twin.Truth(), Archive(), new ScoreRequest { Margin = 4 })[0].Value);
        var fault = Assert.ThrowsExactly<ArgumentException>(() => TruthScoring.Score(states, Twin.Truth(), Archive(), new ScoreRequest { Margin = 25 }));
        StringAssert.Contains(fault.Message, "got 25");
        Assert.AreEqual(0, TruthScoring.Score(states, Twin.Truth(), Archive(), new ScoreRequest { Steps = new(5, 45) })[0].Value);
        Assert.AreEqual(100, TruthScoring.Score(states, Twin.Truth(), Archive(), new ScoreRequest { Steps = new(49, 50) })[0].Value, 1e-4);
        Assert.ThrowsExactly<ArgumentException>(() => TruthScoring.Score(states, Twin.Truth(), Archive(), new ScoreRequest { Steps = new(40, 60) }));
    }

    [TestMethod]
    public void ObservedAndUnobservedSitesAreToldApart()
    {
        var archive = Archive();
        var states = Twin.Truth().Select(b =>
        {
            var mask = archive.ReadObservations(b.Trajectory, new StepRange(b.FirstStep, b.FirstStep + b.Count)).Mask;
            return b with { States = b.States.ToArray().Select((x, i) => x + (mask[i] != 0 ? 0.5f : 2)).ToArray() };
        });
        var results = TruthScoring.Score(states, Twin.Truth(), archive, new ScoreRequest { SplitsSites = true, Scores = [new(RootMeanSquareError.Name)] });
        CollectionAssert.AreEqual(new[] { ScoredSites.All, ScoredSites.Observed, ScoredSites.Unobserved }, results.Select(r => r.Sites).ToArray());
        Assert.AreEqual(0.5, results[1].Value, 1e-5);
        Assert.AreEqual(2, results[2].Value, 1e-5);
    }

    [TestMethod]
    public void ForecastsAreComparedWithTheTruthAtTheirLead()
    {
        var truth = Twin.Truth().ToList();
        var forecasts =
            Forecasts.Run(new PersistenceModel(StateLayout.On(new Ring(8)), 0.01), truth, new ForecastRequest { Leads = [0, 10, 30], StartEvery = 5 });
        var results = TruthScoring.Score(forecasts, truth, Archive(), new ScoreRequest { Scores = [new(RootMeanSquareError.Name)] });
        CollectionAssert.AreEqual(new[] { 0, 10, 30 }, results.Select(r => r.Lead).ToArray());
        CollectionAssert.AreEqual(new[] { 30L, 24, 12 }, results.Select(r => r.Count).ToArray());
        Assert.AreEqual(0.3, results[2].LeadTime, 1e-12);
        Assert.AreEqual(0, results[0].Value);
        Assert.IsGreaterThan(results[1].Value, results[2].Value);
        Assert.AreEqual(Expected(truth, 10), results[1].Value, 1e-6);
    }

    [TestMethod]
    public void WithheldObservationsStandInForTheTruth()
    {
        var twin = Twin with { StepCount = 2000 };
        var archive = new MemoryArchive(twin.Describe(), twin.Observations());
        var off = twin.Truth().Select(b => b with { States = b.States.ToArray().Select(x => x + 1.5f).ToArray() });
        var results = WithheldScoring.Score(off, archive);
        CollectionAssert.AreEqual(
            new[] { WithheldScoring.Misfit, WithheldScoring.MisfitRatio, RootMeanSquareError.Name, Bias.Name }, results.Select(r => r.Score).ToArray());
        Assert.IsTrue(results.All(r => r.Sites == ScoredSites.Withheld));
        Assert.AreEqual(Math.Sqrt(1 + (1.5 * 1.5)), results[0].Value, 0.1);
        Assert.AreEqual(1.5, results[2].Value, 0.1);
        Assert.AreEqual(1.5, results[3].Value, 0.1);
        Assert.AreEqual(1, WithheldScoring.Score(twin.Truth(), archive)[1].Value, 0.05, "As good as the truth.");
    }

    [TestMethod]
    public void AnArchiveWithoutWithheldObservationsIsRefused()
    {
        var twin = Twin with { Withheld = Withholding.None };
        var archive = new MemoryArchive(twin.Describe(), twin.Observations());
        Assert.ThrowsExactly<ArgumentException>(() => WithheldScoring.Score(twin.Truth(), archive));
    }

    [TestMethod]
    public void FieldsAreFoundByName()
    {
        var whole = new StateLayout([new("x", new Ring(3)), new("y", new Ring(6))]);
        CollectionAssert.AreEqual(new[] { 3, 4, 5, 6, 7, 8 }, LayoutMatch.Places(StateLayout.On(new Ring(6), "y"), whole));
        Assert.ThrowsExactly<ArgumentException>(() => LayoutMatch.Places(StateLayout.On(new Ring(4), "y"), whole));
    }

    [TestMethod]
    public void StatesOfUnknownLayoutAreRefused()
    {
        var fault = Assert.ThrowsExactly<ArgumentException>(() => TruthScoring.Score([new StateBlock(0, 0, 5, new float[5])], Twin.Truth(), Archive()));
        StringAssert.Contains(fault.Message, "5 entries");
    }

    [TestMethod]
    public void EveryScoreIsFoundAndVanishesWithoutErrors()
    {
        Assert.IsGreaterThanOrEqualTo(2, ScoreRequest.Catalog.Names.Count);
        foreach (var name in ScoreRequest.Catalog.Names)
        {
            Assert.AreEqual(0, ScoreRequest.Catalog.Create(new Component(name)).Of([0f, 0, 0], [0f, 0, 0]), name);
        }
    }

    // A Gaussian's CRPS by quadrature of ∫ (F(x) - 1{x ≥ y})² dx, which its closed form must equal.
    [TestMethod]
    [DataRow(0.0, 1.0)]
    [DataRow(1.3, 0.5)]
    [DataRow(-2.0, 3.0)]
    public void CrpsIsTheIntegralThatDefinesIt(double error, double spread)
    {
        var (sum, step) = (0.0, 1e-3);
        for (var x = -30.0; x < 30; x += step)
        {
            var distribution = Normal((x + (step / 2) - error) / spread);
            sum += step * Math.Pow(distribution - (x + (step / 2) >= 0 ? 1 : 0), 2);
        }

        Assert.AreEqual(sum, new ContinuousRankedProbability(new()).Of([(float)error], [(float)spread]), 1e-3);
    }

    [TestMethod]
    public void SpreadIsScoredWhereThereIsOne()
    {
        var states = Twin.Truth().Select(b => b with { Spread = Enumerable.Repeat(0.5f, b.States.Length).ToArray() });
        var results = TruthScoring.Score(states, Twin.Truth(), Archive());
        Assert.AreEqual(0.5, results.Single(r => r.Score == Spread.Name).Value, 1e-6);
        Assert.AreEqual(0.5 * 0.23370, results.Single(r => r.Score == ContinuousRankedProbability.Name).Value, 1e-4); // s (√2 - 1) / √π
    }

    // Estimates that are off by a Gaussian of standard deviation .5 or 2, as each entry's spread says, times a factor.
    [TestMethod]
    [DataRow(1.0)]
    [DataRow(0.5)]
    [DataRow(2.0)]
    public void TheRankHistogramIsFlatWhereTheSpreadIsThatOfTheErrors(double factor)
    {
        var twin = Twin with { StepCount = 2500 };
        var calibrations =
            TruthScoring.Report(Scattered(twin, factor), twin.Truth(), new MemoryArchive(twin.Describe(), twin.Observations()),
                new ScoreRequest { SplitsSites = true }).Calibrations;
        CollectionAssert.AreEqual(new[] { ScoredSites.All, ScoredSites.Observed, ScoredSites.Unobserved }, calibrations.Select(c => c.Sites).ToArray());
        foreach (var calibration in calibrations)
        {
            AssertCalibrated(calibration, factor);
            Assert.AreEqual(Math.Sqrt(((0.5 * 0.5) + (2 * 2)) / 2), calibration.RootMeanSquareError!.Value, 0.06);
            Assert.AreEqual(calibration.Spread / calibration.RootMeanSquareError, calibration.Ratio);
            Assert.HasCount(2, calibration.Bins);
            foreach (var (bin, spread) in calibration.Bins.Zip([0.5, 2]))
            {
                Assert.AreEqual(spread * factor, bin.Spread, 1e-5);
                Assert.AreEqual(spread, bin.RootMeanSquareError!.Value, 0.04 * spread);
            }
        }

        Assert.AreEqual(2500 * 3 * 8, calibrations[0].Count);
        Assert.AreEqual(calibrations[0].Count, calibrations[1].Count + calibrations[2].Count);
    }

    [TestMethod]
    [DataRow(1.0)]
    [DataRow(0.5)]
    [DataRow(2.0)]
    public void AgainstObservationsTheirErrorBelongsToTheSpread(double factor)
    {
        var twin = Twin with { StepCount = 3000, Sigma = 0.7 };
        var calibration = WithheldScoring.Report(Scattered(twin, factor), new MemoryArchive(twin.Describe(), twin.Observations())).Calibrations.Single();
        AssertCalibrated(calibration, factor);
        Assert.AreEqual((ScoredSites.Withheld, factor), (calibration.Sites, Math.Round(calibration.Ratio!.Value, 1)));
        Assert.AreEqual(0.5, calibration.Bins[0].RootMeanSquareError!.Value, 0.1, "the noise is taken off");
    }

    [TestMethod]
    public void SpreadThatVariesIsSortedIntoTenBinsOfAsManyEntries()
    {
        var twin = Twin with { StepCount = 2000 };
        var random = new CounterRandom(5);
        var states = twin.Truth().Select(b =>
        {
            float[] spread = [.. Enumerable.Range(0, b.States.Length).Select(_ => (float)Math.Exp(random.NextGaussian()))];
            return b with { Spread = spread, States = b.States.ToArray().Select((x, i) => x + (float)(spread[i] * random.NextGaussian())).ToArray() };
        });
        var bins = TruthScoring.Report(states, twin.Truth(), new MemoryArchive(twin.Describe(), twin.Observations())).Calibrations.Single().Bins;
        Assert.HasCount(10, bins);
        foreach (var (bin, next) in bins.Zip(bins.Skip(1)))
        {
            Assert.IsLessThan(next.Spread, bin.Spread);
            Assert.AreEqual(4800, bin.Count, 500);
            Assert.AreEqual(bin.Spread, bin.RootMeanSquareError!.Value, 0.06 * bin.Spread);
        }
    }

    [TestMethod]
    public void WithoutErrorsThereIsNoRatioAndWithoutSpreadAllMassIsAtOneEnd()
    {
        Calibration Of(float error, float spread) => TruthScoring.Report(
            Twin.Truth().Select(
                b => b with { States = b.States.ToArray().Select(x => x + error).ToArray(), Spread = Enumerable.Repeat(spread, b.States.Length).ToArray() }),
            Twin.Truth(), Archive()).Calibrations.Single();
        Assert.IsNull(Of(0, 1).Ratio);
        Assert.AreEqual(1, Of(0, 0).Histogram[5], "a certain estimate that is right");
        Assert.AreEqual(1.8, Of(0, 0).HistogramDeviation, 1e-12);
        Assert.AreEqual((1, 0), (Of(1, 0).Histogram[0], Of(1, 0).Ratio), "the truth lies below all of it");
        Assert.AreEqual(1, Of(-1, 0).Histogram[9]);
    }

    [TestMethod]
    public void EstimatesWithoutASpreadHaveNoCalibration()
    {
        Assert.IsEmpty(TruthScoring.Report(Twin.Truth(), Twin.Truth(), Archive()).Calibrations);
        Assert.IsEmpty(WithheldScoring.Report(Twin.Truth(), Archive()).Calibrations);

        // Of a mean of sites the spread is not known.
        var mean = Twin with { Operator = new Component("neighbour-mean") };
        var archive = new MemoryArchive(mean.Describe(), mean.Observations());
        Assert.IsEmpty(WithheldScoring.Report(Scattered(mean, 1), archive).Calibrations);
    }

    private static void AssertCalibrated(Calibration calibration, double factor)
    {
        Assert.AreEqual(factor, calibration.Ratio!.Value, 0.1 * factor);
        Assert.AreEqual(1, calibration.Histogram.Sum(), 1e-12);
        var (ends, middle) = (calibration.Histogram[0] + calibration.Histogram[9], calibration.Histogram[4] + calibration.Histogram[5]);
        if (factor == 1)
        {
            // Of n entries of a flat histogram it is 2.4 / √n, give or take .6 / √n.
            Assert.IsLessThan(4.8 / Math.Sqrt(calibration.Count), calibration.HistogramDeviation, string.Join(", ", calibration.Histogram));
        }
        else if (factor < 1)
        {
            Assert.IsGreaterThan(1.5 * middle, ends, "a U");
        }
        else
        {
            Assert.IsLessThan(middle / 1.5, ends, "a hill");
        }
    }

    private static IEnumerable<StateBlock> Scattered(TwinExperiment twin, double factor)
    {
        var random = new CounterRandom(11);
        return twin.Truth().Select(b =>
        {
            var (states, spread) = (b.States.ToArray(), new float[b.States.Length]);
            for (var i = 0; i < states.Length; i++)
            {
                var deviation = random.NextUniform() < 0.5 ? 0.5 : 2;
                states[i] += (float)(deviation * random.NextGaussian());
                spread[i] = (float)(factor * deviation);
            }

            return b with { States = states, Spread = spread };
        });
    }

    // Φ by its own series, apart from the product's error function: 1/2 + φ(x) Σ x²ⁿ⁺¹ / (2n + 1)!!.
    private static double Normal(double x)
    {
        if (Math.Abs(x) > 8)
        {
            return x > 0 ? 1 : 0;
        }

        var (term, sum) = (x, x);
        for (var n = 1; n < 200; n++)
        {
            term *= x * x / ((2 * n) + 1);
            sum += term;
        }

        return 0.5 + (sum * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI));
    }

    [TestMethod]
    public void ResultsAreJson()
    {
        var result = new ScoreResult(Bias.Name, ScoredSites.Observed, 5, 0.05, 0.25, null, 1, 10);
        var text = JsonSerializer.Serialize(result, CodaJson.Options);
        StringAssert.Contains(text, "\"sites\": \"observed\"");
        Assert.AreEqual(result, JsonSerializer.Deserialize<ScoreResult>(text, CodaJson.Options));
    }

    private static MemoryArchive Archive() => new(Twin.Describe(), Twin.Observations());

    private static double Expected(IEnumerable<StateBlock> truth, int lead)
    {
        var errors = new List<double>();
        foreach (var block in truth)
        {
            for (var k = 0; k + lead < block.Count; k += 5)
            {
                var (now, later) = (block.States.Slice(k * 8, 8).ToArray(), block.States.Slice((k + lead) * 8, 8).ToArray());
                errors.Add(Math.Sqrt(now.Zip(later, (a, b) => ((double)a - b) * (a - b)).Average()));
            }
        }

        return errors.Average();
    }
}
