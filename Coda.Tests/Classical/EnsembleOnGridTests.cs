using System.Text.Json.Nodes;
using Coda.Classical.Ensemble;
using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Scoring;
using Coda.Data.Twins;
using Coda.Inference.Assimilation;
using Coda.Inference.Forecasting;
using Coda.Tests.Inference;

namespace Coda.Tests.Classical;

/// <summary>Ensemble methods on a torus of several tiles, from an archive to analyses.</summary>
[TestClass]
public sealed class EnsembleOnGridTests
{
    private static readonly TwinExperiment Twin = new()
    {
        System = new Component("lorenz96-torus", new JsonObject { ["rows"] = 16, ["columns"] = 16 }),
        ObservingNetwork = new Component("random-fraction", new JsonObject { ["fraction"] = 0.5 }),
        StepCount = 60,
        SpinUpSteps = 300,
        Seed = 3,
    };

    private static readonly MemoryArchive Archive = Twin.Archive();

    [TestMethod]
    [DataRow("letkf", "")]
    [DataRow("letkf", "", 3)]
    [DataRow("eakf", "")]
    [DataRow("enks", "letkf")]
    [DataRow("enks", "eakf")]
    public void OneTrajectoryGivesTheSameBitsForAnyNumberOfWorkers(string method, string filter, int spacing = 1)
    {
        var results = new[] { 1, 2, 3 }.Select(workers => Create(method, filter, spacing).Analyze(Archive, new AnalysisRequest { Workers = workers })
            .SelectMany(b => (float[])[.. b.States.ToArray(), .. b.Spread!.Value.ToArray()]).ToArray()).ToList();
        CollectionAssert.AreEqual(results[0], results[1]);
        CollectionAssert.AreEqual(results[0], results[2]);
    }

    [TestMethod]
    [DataRow("letkf")]
    [DataRow("eakf")]
    public void ASmootherIsBetterThanItsFilter(string filter)
    {
        var (filtered, smoothed) = (Rmse(Create(filter, "")), Rmse(Create("enks", filter)));
        Assert.IsLessThan(1.5, filtered); // climatology has 4
        Assert.IsLessThan(0.95 * filtered, smoothed);
    }

    [TestMethod]
    public void TheMemoryOfALargeGridIsThatOfItsStates()
    {
        // A year of six-hourly steps on 512 x 512; weights of all sites at all entries would be 550 GB.
        var large = Twin with { System = new Component("lorenz96-torus", new JsonObject { ["rows"] = 512, ["columns"] = 512 }) };
        var archive = large.Describe() with { Steps = new(0, 1) };
        var context = new AnalysisContext(new MemoryArchive(archive, [new ObservationStretch(0, archive.Steps, archive.SiteCount)]));
        foreach (var (method, options) in new[] { ("eakf", new JsonObject()), ("letkf", new() { ["spacing"] = 3 }), ("letkf", []) })
        {
            var made = AssimilationMethod.Catalog.Create(new Component(method, options), context);
            Assert.IsLessThan(1.5e9, made.Memory(archive with { Steps = new(0, 1460) }, 2).Bytes, method);
        }
    }

    [TestMethod]
    public void MembersAreAdvancedOnceEachWhateverTheWorkers()
    {
        const int Size = 20_000; // a member a batch
        foreach (var workers in new[] { 1, 3 })
        {
            var ensemble = Enumerable.Range(0, 5 * Size).Select(i => (double)i).ToArray();
            using var forecast = new MemberForecast(() => new PlusForcing(Size), workers, OneRank.Instance, default);
            forecast.Advance(ensemble, 5, [0.5]);
            CollectionAssert.AreEqual(Enumerable.Range(0, 5 * Size).Select(i => i + 0.5).ToArray(), ensemble);
        }
    }

    [TestMethod]
    public void AFreeRunGivesAnEnsembleAsWideAsTheClimatology()
    {
        var options = new JsonObject { ["start"] = "freeRun", ["members"] = 20, ["spinUpSteps"] = 300 };
        var twin = ExampleTwins.Lorenz96(size: 40, steps: 20, trajectories: 1);
        var archive = twin.Archive();
        var blind = new MemoryArchive(archive.Description, archive.Description.Steps.Count is var n ? [new ObservationStretch(0, new(0, n), 40)] : []);
        var (first, second) = (Spreads(options), Spreads(options));
        CollectionAssert.AreEqual(first, second);
        Assert.AreEqual(3.64, first.Average(), 0.6);
        options["snapshotSteps"] = 1; // members that know each other
        Assert.IsLessThan(0.6 * first.Average(), Spreads(options).Average());

        float[] Spreads(JsonObject set) => AssimilationMethod.Catalog.Create(new Component("etkf", (JsonObject)set.DeepClone()), new AnalysisContext(blind))
            .Analyze(blind).SelectMany(b => b.Spread!.Value.ToArray()).ToArray()[..40];
    }

    [TestMethod]
    public void AFreeRunIsRefusedWithForcing()
    {
        var archive = new TwinExperiment { System = new Component("driven-pendulum"), StepCount = 50 }.Archive();
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => new Etkf(new AnalysisContext(archive), new() { Start = EnsembleStart.FreeRun })).Message,
            "Start: expected model or observations for a model with forcing");
    }

    private static AssimilationMethod Create(string method, string filter, int spacing = 1)
    {
        var options = new JsonObject { ["members"] = 10, ["radius"] = 2, ["inflation"] = 1.04, ["spinUpSteps"] = 200 };
        if (filter.Length > 0)
        {
            (options["filter"], options["lag"]) = (filter, 10);
        }

        if (spacing > 1)
        {
            options["spacing"] = spacing;
        }

        return AssimilationMethod.Catalog.Create(new Component(method, options), new AnalysisContext(Archive));
    }

    private static double Rmse(AssimilationMethod method) =>
        TruthScoring.Score(method.Analyze(Archive), Twin.Truth(), Archive, new ScoreRequest { Margin = 20 })[0].Value;

    private sealed class PlusForcing(int size) : IStateMap
    {
        public int InputSize => size;

        public int OutputSize => size;

        public void Apply(ReadOnlySpan<double> states, Span<double> values, int count, ReadOnlySpan<double> forcing = default)
        {
            Assert.AreEqual(1, count);
            for (var i = 0; i < count * size; i++)
            {
                values[i] = states[i] + forcing[0];
            }
        }

        public void Dispose()
        {
        }
    }
}
