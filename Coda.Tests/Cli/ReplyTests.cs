using System.Text.Json.Nodes;
using Coda.Cli;
using Coda.Tests.Archives;

namespace Coda.Tests.Cli;

/// <summary>What <c>--json</c> writes has one shape, whatever the command and however it ends.</summary>
[TestClass]
public sealed class ReplyTests
{
    private static readonly string[] Members = ["command", "exitCode", "result", "error", "warnings"];

    public static IEnumerable<object[]> CommandNames => CommandLineTests.CommandNames;

    [TestMethod]
    [DynamicData(nameof(CommandNames))]
    public void AnErrorIsInItAndOnTheStandardError(string name)
    {
        // What takes a path or a name takes this for one, and finds none.
        var run = CommandRun.InProcess([.. name.Split(' '), "--no-such-option", "--json"]);
        var reply = Checked(run.Failed(run.ExitCode), name);
        Assert.AreEqual(ExitCodes.KindOf(run.ExitCode), (string)reply["error"]!["kind"]!);
        Assert.AreEqual($"error: {(string)reply["error"]!["message"]!}", run.Error.TrimEnd());
        Assert.IsFalse(reply.ContainsKey("result"));
    }

    [TestMethod]
    [DynamicData(nameof(CommandNames))]
    public void HelpIsInIt(string name)
    {
        var reply = Checked(CommandRun.InProcess([.. name.Split(' '), "--help", "--json"]).Succeeded(), name);
        Assert.Contains("Examples:", (string)reply["result"]!["text"]!);
    }

    [TestMethod]
    [DataRow("methods")]
    [DataRow("systems")]
    [DataRow("models")]
    [DataRow("study")]
    [DataRow("experiments")]
    [DataRow("help")]
    [DataRow("version")]
    public void AListIsItsResult(string name)
    {
        var reply = Checked(CommandRun.InProcess(name, "--json").Succeeded(), name);
        Assert.IsNotNull(reply["result"]);
        Assert.IsFalse(reply.ContainsKey("error"));
        Assert.IsEmpty(reply["warnings"]!.AsArray());
    }

    [TestMethod]
    public void ErrorsOfEveryKindSayWhich()
    {
        using var folder = new TemporaryDirectory();
        foreach (var (line, code, kind) in new (string[], int, string)[]
        {
            (["nonsense"], ExitCodes.Usage, "usage"),
            (["score", "--archive", folder.File("none")], ExitCodes.BadData, "bad-data"),
            (["simulate", "--system", "nothing", "--output", folder.File("out")], ExitCodes.Usage, "usage"),
            (["systems", "--plugin", folder.File("none.dll")], ExitCodes.BadData, "bad-data"),
        })
        {
            var run = CommandRun.InProcess([.. line, "--json"]).Failed(code);
            Assert.AreEqual(kind, (string)run.Reply["error"]!["kind"]!);
            Assert.AreEqual(code, (int)run.Reply["exitCode"]!);
        }
    }

    [TestMethod]
    public void AResultThatCameBeforeTheErrorStandsBesideIt()
    {
        using var folder = new TemporaryDirectory();
        CommandRun.InProcess(Tiny.Simulate(folder.File("archive"), 1, 40, "--set", "system.size=8")).Succeeded();
        string[] line = ["analyze", "--archive", folder.File("archive"), "--method", "iterated-extended-smoother", "--set", "passes=1", "--set",
            """system={"name":"lorenz96","options":{"size":8,"forcing":40}}""", "--output", folder.File("out"), "--json", "--strict"];
        var run = CommandRun.InProcess(line);
        var reply = Checked(run, "analyze");
        Assert.AreNotEqual(ExitCodes.Success, run.ExitCode);
        Assert.IsNotNull(reply["result"]);
        Assert.AreEqual(ExitCodes.KindOf(run.ExitCode), (string)reply["error"]!["kind"]!);
        Assert.IsNotEmpty(reply["warnings"]!.AsArray());
    }

    [TestMethod]
    public void ACommandThatIsInterruptedSaysSo()
    {
        using var folder = new TemporaryDirectory();
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exitCode = CodaCommandLine.Run(["simulate", "--output", folder.File("out"), "--json"], output, error, new CancellationToken(canceled: true));
        Assert.AreEqual("interrupted", (string)Checked(new(exitCode, output.ToString(), error.ToString()), "simulate")["error"]!["kind"]!);
    }

    private static JsonObject Checked(CommandRun run, string name)
    {
        var reply = run.Reply.AsObject();
        CollectionAssert.IsSubsetOf(reply.Select(member => member.Key).ToArray(), Members);
        Assert.AreEqual(name, (string)reply["command"]!);
        Assert.AreEqual(run.ExitCode, (int)reply["exitCode"]!);
        Assert.AreEqual(run.ExitCode != ExitCodes.Success, reply.ContainsKey("error"));
        return reply;
    }
}
