using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Scoring;
using Coda.Data.Time;
using Coda.Data.Twins;
using Coda.Inference.Assimilation;
using Coda.Tests.Inference;

namespace Coda.Tests.Classical.Variational;

/// <summary>4D-Var in windows of which several steps are kept, from a filter's analyses or from the climatology, on a torus.</summary>
[TestClass]
public sealed class GuessedWindowTests
{
    private const string Filter = """{ "name": "letkf", "options": { "members": 12, "radius": 2, "inflation": 1.02, "spinUpSteps": 300 } }""";

    private static readonly TwinExperiment Twin = new()
    {
        System = new Component("lorenz96-torus"),
        ObservingNetwork = new Component("random-fraction", new JsonObject { ["fraction"] = 0.5, ["interval"] = 2 }),
        StepCount = 200,
        TrajectoryCount = 1,
        SpinUpSteps = 500,
        Seed = 3,
    };

    private static readonly Lazy<MemoryArchive> Archive = new(Twin.Archive);

    // What is scored.
    private static readonly AnalysisRequest Scored = new() { Steps = new StepRange(60, 140) };

    [TestMethod]
    public void ItIsBetterThanTheFilterThatItStartsFrom()
    {
        var filter = Rmse(Analyze("letkf", JsonNode.Parse(Filter)!["options"]!.AsObject(), Scored));
        var centre = Rmse(Analyze("strong-four-dvar", Options($$"""{ "firstGuess": {{Filter}}, "halfWidth": 10, "stride": 4 }"""), Scored));
        var end = Rmse(Analyze("strong-four-dvar", Options($$"""{ "firstGuess": {{Filter}}, "halfWidth": 10, "stride": 2, "nowcast": true }"""), Scored));
        Assert.IsLessThan(0.9 * filter, centre, $"filter {filter}");
        Assert.IsLessThan(1.05 * filter, end, $"filter {filter}");
        Assert.IsLessThan(end, centre);
    }

    [TestMethod]
    public void ALongWindowGrowsByFewIterationsAtATime()
    {
        var filter = Rmse(Analyze("letkf", JsonNode.Parse(Filter)!["options"]!.AsObject(), Scored));
        var options = Options($$"""
            {
              "firstGuess": {{Filter}}, "halfWidth": 10, "stride": 20, "extension": 8, "extensionIterations": 1, "iterations": 2, "solverIterations": 6,
              "solverTolerance": 0.01
            }
            """);
        Assert.IsLessThan(0.9 * filter, Rmse(Analyze("strong-four-dvar", options, Scored)), $"filter {filter}");
    }

    [TestMethod]
    public void WithoutAFirstGuessItIsBetterThan3DVar()
    {
        var three = Rmse(Analyze("three-dvar", Options("""{ "correlation": "spectral", "backgroundScale": 0.1 }"""), Scored));
        var four = Rmse(Analyze("strong-four-dvar", Options("""{ "halfWidth": 8, "stride": 4, "solver": "conjugateGradients" }"""), Scored));
        Assert.IsLessThan(0.7 * Rmse(Analyze("climatology", null, Scored)), three);
        Assert.IsLessThan(0.8 * three, four, $"3D-Var {three}");
    }

    [TestMethod]
    [DataRow("""{ "firstGuess": { "name": "three-dvar", "options": { "correlation": "spectral" } }, "halfWidth": 6, "stride": 7, "extension": 5, "statisticsSteps": 60 }""")]
    [DataRow("""{ "firstGuess": { "name": "three-dvar", "options": { "correlation": "spectral" } }, "halfWidth": 3, "stride": 5, "nowcast": true, "statisticsSteps": 60 }""")]
    [DataRow("""{ "halfWidth": 4, "stride": 9, "solver": "conjugateGradients", "lengthScale": 1.2, "solverTolerance": 0.1 }""")]
    public void NeitherWorkersNorTheRequestChangeABit(string options)
    {
        var archive = (Twin with { StepCount = 80 }).Archive();
        var alone = Bits(new AnalysisRequest { Workers = 1 });
        Assert.HasCount(80 * 48, alone);
        foreach (var workers in new[] { 2, 3 })
        {
            CollectionAssert.AreEqual(alone, Bits(new AnalysisRequest { Workers = workers }));
        }

        CollectionAssert.AreEqual(alone[(30 * 48)..(55 * 48)], Bits(new AnalysisRequest { Steps = new StepRange(30, 55) }));

        float[] Bits(AnalysisRequest request) => Analyze(archive, "strong-four-dvar", Options(options), request).Values();
    }

    [TestMethod]
    public void SinglePrecisionIsDoubleToWithinItsOwn()
    {
        var options = """{ "firstGuess": { "name": "three-dvar", "options": { "correlation": "spectral" } }, "halfWidth": 6, "stride": 8 }""";
        var single = Options(options);
        single["single"] = true;
        var request = new AnalysisRequest { Steps = new StepRange(80, 112) };
        ExampleTwins.AssertClose(Analyze("strong-four-dvar", Options(options), request).Values(), Analyze("strong-four-dvar", single, request).Values(), 0.02);
    }

    [TestMethod]
    public void ANowcastSeesNothingLater()
    {
        var options = Options("""{ "firstGuess": { "name": "three-dvar", "options": { "correlation": "spectral" } }, "halfWidth": 3, "stride": 5, "nowcast": true }""");
        var context = new AnalysisContext(Archive.Value);
        var method = AssimilationMethod.Catalog.Create(new Component("strong-four-dvar", options), context);
        Assert.AreEqual(0, method.LookAhead);
        var all = method.Analyze(Archive.Value).Values();
        var past = new MemoryArchive(Twin.Describe(), [Past(((IObservationArchive)Archive.Value).ReadStretches(200, 0).Single(), 104)]);
        CollectionAssert.AreEqual(all[..(104 * 48)], method.Analyze(past).Values()[..(104 * 48)]);
    }

    [TestMethod]
    [DataRow("""{ "firstGuess": "network" }""", "trained model")]
    [DataRow("""{ "firstGuess": "enks" }""", "a filter, which has not seen what its window observes")]
    [DataRow("""{ "firstGuess": "letkf", "extension": 4, "extensionIterations": 0 }""", "ExtensionIterations")]
    [DataRow("""{ "stride": 0, "extension": 3, "lengthScale": -1, "correlation": "matrix" }""", "Stride")]
    [DataRow("""{ "solver": "dense", "correlation": "spectral" }""", "Solver")]
    public void FaultsAreToldBeforeAnythingRuns(string options, string expected) =>
        StringAssert.Contains(Assert.Throws<ArgumentException>(() => Analyze("strong-four-dvar", Options(options))).Message, expected);

    private static ObservationStretch Past(ObservationStretch stretch, int end)
    {
        stretch.Mask.AsSpan(end * stretch.SiteCount).Clear();
        return stretch;
    }

    private static List<StateBlock> Analyze(string method, JsonObject? options, AnalysisRequest? request = null) =>
        Analyze(Archive.Value, method, options, request);

    private static List<StateBlock> Analyze(MemoryArchive archive, string method, JsonObject? options, AnalysisRequest? request) =>
        [.. AssimilationMethod.Catalog.Create(new Component(method, options), new AnalysisContext(archive)).Analyze(archive, request)];

    private static double Rmse(IEnumerable<StateBlock> blocks) =>
        TruthScoring.Score(blocks, Twin.Truth(), Archive.Value, new ScoreRequest { Margin = 60 })[0].Value;

    private static JsonObject Options(string json) => JsonNode.Parse(json)!.AsObject();
}
