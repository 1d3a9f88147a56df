using System.Text.Json.Nodes;
using Coda.Cli;
using Coda.Data.Foundation;
using Coda.Tests.Archives;

namespace Coda.Tests.Cli;

/// <summary>What a run has to say against its results: in the table, in the JSON, and in the exit code.</summary>
[TestClass]
public sealed class WarningTests
{
    // Three times the truth's forcing: no stretch of it fits.
    private const string WrongSystem = """system={ "name": "lorenz96", "options": { "size": 8, "forcing": 25 } }""";

    private static readonly TemporaryDirectory Folder = new();

    [ClassInitialize]
    public static void MakeRecord(TestContext context)
    {
        _ = context;
        CommandRun.InProcess("simulate", "--set", "system.size=8", "observingNetwork.fraction=0.5", "--trajectories", "1", "--steps", "100", "--spin-up",
            "300", "--output", Folder.File("archive")).Succeeded();
    }

    [ClassCleanup]
    public static void Remove() => Folder.Dispose();

    [TestMethod]
    public void ARunWhoseStretchesAllFailedDoesNotEndWithZero()
    {
        var run = Analyze("failed", WrongSystem, "passes=1").Failed(ExitCodes.Diverged, "1 of 1 that failed", "first guess");
        Assert.Contains("failed-stretches", run.Output, "The table says it, too.");
        var json = CommandRun.InProcess([.. Line("failed-json", WrongSystem, "passes=1"), "--json"]);
        Assert.AreEqual(ExitCodes.Diverged, json.ExitCode);
        Assert.IsTrue((bool)json.Reply["warnings"]![0]!["isFailure"]!);

        // Nothing is made again, and the analyses that are there are no better for it.
        Analyze("failed", WrongSystem, "passes=1").Failed(ExitCodes.Diverged, "1 of 1 that failed");

        // What starts from them, or scores them, repeats the doubt, and ends with it where that counts.
        Assert.Contains("failed-stretches", CommandRun.InProcess("score", "--archive", Folder.File("archive"), "--analyses", Folder.File("failed"))
            .Succeeded().Output);
        string[] forecast = ["forecast", "--archive", Folder.File("failed"), "--method", "simulator", "--leads", "0.1", "--from", "smoothed"];
        CommandRun.InProcess([.. forecast, "--strict"]).Failed(ExitCodes.Warned, "--strict: expected a result without warnings, got 1");
        Assert.HasCount(1, CommandRun.InProcess([.. forecast, "--json"]).Succeeded().Reply["warnings"]!.AsArray());
    }

    [TestMethod]
    public void TheStretchesThatFailedAreNamedWhoeverMadeTheirParts()
    {
        string[] parts = [WrongSystem, "passes=1"];
        foreach (var shard in new[] { "0/2", "1/2" })
        {
            CommandRun.InProcess([.. Line("shared", parts), "--part-size", "50", "--shard", shard]);
        }

        // Of a table that is whole, the run of any shard tells.
        var json = CommandRun.InProcess([.. Line("shared", parts), "--part-size", "50", "--json"]).Reply["result"]!["note"]!["unsound"]!["stretches"]!;
        Assert.AreEqual((0, 0L, 100L, "failed"), Only(json));
        var inspected = CommandRun.InProcess("inspect", Folder.File("shared"), "--json").Succeeded();
        Assert.AreEqual((0, 0L, 100L, "failed"), Only(inspected.Json["description"]!["notes"]!["analyses"]!["unsound"]!["stretches"]!));
        Assert.Contains("trajectory 0, steps [0, 100) (did not converge)", CommandRun.InProcess("inspect", Folder.File("shared")).Succeeded().Output);

        static (int Trajectory, long Start, long End, string Fault) Only(JsonNode stretches)
        {
            var only = stretches.AsArray().Single()!;
            return ((int)only["trajectory"]!, (long)only["steps"]!["start"]!, (long)only["steps"]!["end"]!, (string)only["fault"]!);
        }
    }

    [TestMethod]
    public void ASoundRunHasNoWarnings()
    {
        var run = CommandRun.InProcess([.. Line("sound"), "--json", "--strict"]).Succeeded();
        Assert.IsEmpty(run.Reply["warnings"]!.AsArray());
        Assert.DoesNotContain("warning", run.Error);
    }

    [TestMethod]
    public void WarningsCountOnlyWhereStrictIsGiven()
    {
        IReadOnlyList<ResultWarning> warnings = [new("gap", "A gap.")];
        Assert.AreEqual(ExitCodes.Success, ExitCodes.Of(warnings, isStrict: false));
        Assert.AreEqual(ExitCodes.Warned, ExitCodes.Of(warnings, isStrict: true));
        Assert.AreEqual(ExitCodes.Diverged, ExitCodes.Of([.. warnings, new("failed-stretches", "All.") { IsFailure = true }], isStrict: true));
    }

    [TestMethod]
    public void WarningsAreShownOnce()
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var terminal = new Terminal(output, error, isJson: false, TimeProvider.System);
        terminal.Warnings.Add("gap", "A gap.");
        terminal.Result(new { }, _ => { });
        terminal.Warnings.Add("late", "Found after the result.");
        terminal.SayWarnings();
        terminal.SayWarnings();
        Assert.Contains("A gap.", output.ToString());
        Assert.AreEqual("warning: Found after the result.", error.ToString().TrimEnd());
    }

    private static CommandRun Analyze(string output, params string[] settings) => CommandRun.InProcess(Line(output, settings));

    private static string[] Line(string output, params string[] settings) =>
        ["analyze", "--archive", Folder.File("archive"), "--method", "iterated-extended-smoother",
            .. settings.SelectMany(s => new[] { "--set", s }), "--output", Folder.File(output)];
}
