using System.Text.Json;
using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
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
        CollectionAssert.AreEqual(new[] { RootMeanSquareError.Name, Bias.Name }, results.Select(r => r.Score).ToArray());
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
        var forecasts = Forecasts.Run(new PersistenceForecast(8, 0.01), truth, new ForecastRequest { Leads = [0, 10, 30], StartEvery = 5 });
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
        Assert.AreEqual((RootMeanSquareError.Name, ScoredSites.Withheld), (results[0].Score, results[0].Sites));
        Assert.AreEqual(1.5, results[0].Value, 0.1);
        Assert.AreEqual(1.5, results[1].Value, 0.1);
        Assert.IsLessThan(0.4, WithheldScoring.Score(twin.Truth(), archive)[0].Value);
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
        var whole = new StateLayout([new("x", 3, Topology.Ring), new("y", 6, Topology.Ring)]);
        CollectionAssert.AreEqual(new[] { 3, 4, 5, 6, 7, 8 }, LayoutMatch.Places(StateLayout.Ring(6, "y"), whole));
        Assert.ThrowsExactly<ArgumentException>(() => LayoutMatch.Places(StateLayout.Ring(4, "y"), whole));
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
