using System.Text.Json.Nodes;
using Coda.Classical.Ensemble;
using Coda.Classical.Variational;
using Coda.Cli;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;
using Coda.Inference.Forecasting;
using Coda.Tests.Archives;
using Coda.Tests.Cli;
using Coda.Tests.Inference;

namespace Coda.Tests.Additions;

/// <summary>A forecast model and a method from outside, a file each, are found by name and work from the command line and the library as those of Coda
/// do.</summary>
[TestClass]
public sealed class ModelAndMethodTests
{
    private static TemporaryDirectory _folder = null!;

    private static string Record => _folder.File("record");

    [ClassInitialize]
    public static void MakeARecord(TestContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        _folder = new TemporaryDirectory();
        CommandRun.InProcess(Tiny.Simulate(Record, 2, 200, "--withhold", "0.1")).Succeeded();
    }

    [ClassCleanup]
    public static void RemoveIt() => _folder.Dispose();

    [TestMethod]
    public void TheModelForecasts()
    {
        var output = _folder.File("decayed");
        CommandRun.InProcess("analyze", "--archive", Record, "--method", "persistence", "--output", output).Succeeded();
        var run = Coda("forecast", "--archive", output, "--method", "decay:rate=2", "--leads", "0", "0.5");
        Assert.AreEqual("decay at 2", (string)run["note"]!["model"]!);
        using var archive = ParquetArchive.Open(output);
        var states = archive.ReadStates(ArchiveTable.Forecasts).Where(b => b.Trajectory == 0 && b.FirstStep == 50)
            .ToDictionary(b => b.Lead, b => b.States.ToArray());
        ExampleTwins.AssertClose([.. states[0].Select(x => x / MathF.E)], states[50], 1e-4);
        StringAssert.Contains(CommandRun.InProcess("systems", "forecast-model").Succeeded().Output, "decay");
        CommandRun.InProcess("forecast", "--archive", output, "--method", "decay:stepFactor=2", "--leads", "0.5", "--restart")
            .Failed(ExitCodes.Usage, "Forecast model 'decay': expected steps of 0.01, as the archive's are, got 0.02");
    }

    [TestMethod]
    public void TheModelAdvancesEnsemblesAndIsRefusedWhereATangentIsNeeded()
    {
        var archive = ExampleTwins.Lorenz96().Archive();
        var decay = new Component("decay");
        var method = new Etkf(new AnalysisContext(archive), new() { ForecastModel = decay, SpinUpSteps = 10 });
        Assert.AreEqual("decay at 1", method.Model);
        Assert.AreEqual(2 * 60, method.Analyze(archive).Sum(b => b.Count));
        var fault = Assert.ThrowsExactly<ArgumentException>(() => new ThreeDVar(new AnalysisContext(archive), new() { ForecastModel = decay }));
        StringAssert.Contains(fault.Message, "expected one with a tangent");
        fault = Assert.ThrowsExactly<ArgumentException>(
            () => new ThreeDVar(new AnalysisContext(archive), new() { ForecastModel = decay, System = archive.Description.System }));
        StringAssert.Contains(fault.Message, "none where the option forecastModel names the model");
    }

    [TestMethod]
    public void TheMethodAnalyzesTunesAndCompares()
    {
        var output = _folder.File("nudged");
        var run = Coda("analyze", "--archive", Record, "--method", "nudging", "--set", "gain=0.2", "--output", output);
        Assert.AreEqual("system: lorenz96 F = 8 (the archive's)", (string)run["note"]!["model"]!);
        using var archive = ParquetArchive.Open(Record);
        using var analyses = ParquetArchive.Open(output);
        var method = AssimilationMethod.Catalog.Create(new Component("nudging", new() { ["gain"] = 0.2 }), new AnalysisContext(archive));
        CollectionAssert.AreEqual(method.Analyze(archive).Values(), analyses.ReadStates(ArchiveTable.Analyses).Values());
        var trials = Coda("tune", "--archive", Record, "--method", "nudging", "--output", _folder.File("nudging.json"))["trials"]!.AsArray();
        Assert.HasCount(3, trials);
        trials = Coda("compare", "--archive", Record, "--methods", "nudging:forecastModel=decay", "climatology")["trials"]!.AsArray();
        Assert.AreEqual("decay at 1", (string)trials[0]!["model"]!);
        Assert.IsNull(trials[1]!["model"]);
    }

    private static JsonNode Coda(params string[] arguments) => CommandRun.InProcess([.. arguments, "--json"]).Succeeded().Json;
}
