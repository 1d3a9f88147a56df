using System.Diagnostics;
using System.Text.Json.Nodes;
using Coda.Benchmarks.Stores;
using Coda.Cli;
using Coda.Tests.Archives;
using Coda.Tests.Cli;
using Coda.Tests.Inference;

namespace Coda.Tests.Stores;

/// <summary>Commands on archives in an object store, some of them killed.</summary>
[TestClass]
public sealed class S3CommandTests
{
    private const int Parts = 24;
    private static readonly TemporaryDirectory Folder = new();
    private static readonly LoopbackS3 Server = new();
    private static string _expected = "";

    [ClassInitialize]
    public static void MakeRecord(TestContext context)
    {
        _ = context;
        Directory.CreateDirectory(Folder.File("model"));
        ExampleModels.Write(Folder.File("model"));
        foreach (var output in new[] { Folder.File("record"), Server.Address("record") })
        {
            CommandRun.InProcess("simulate", "--set", "system.size=8", "--trajectories", "2", "--steps", "3000", "--spin-up", "300", "--withhold", ".1",
                "--output", output).Succeeded();
        }

        CommandRun.InProcess(Analyze(Folder.File("record"), Folder.File("whole"))).Succeeded();
        _expected = Checksums(File.ReadAllBytes(Folder.File("whole", "archive.json")));
        Assert.HasCount(Parts, JsonNode.Parse(_expected)!.AsArray());
    }

    [ClassCleanup]
    public static void Remove()
    {
        Server.Dispose();
        Folder.Dispose();
    }

    [TestMethod]
    public void ARecordIsAnalyzedScoredForecastAndExported()
    {
        var (record, output) = (Server.Address("record"), Server.Address("analyses"));
        Assert.AreEqual(Checksums(File.ReadAllBytes(Folder.File("record", "archive.json"))), Checksums(Server.Objects["record/archive.json"]));
        CommandRun.InProcess(Analyze(record, output)).Succeeded();
        Assert.AreEqual(_expected, Checksums(Server.Objects["analyses/archive.json"]));
        var (here, there) = (Score(Folder.File("record"), Folder.File("whole")), Score(record, output));
        Assert.AreEqual(here, there);
        CommandRun.InProcess("inspect", output).Succeeded();
        CommandRun.InProcess("archive", "check", output).Succeeded();
        CommandRun.InProcess("forecast", "--archive", output, "--model", Folder.File("model"), "--from", "smoothed", "--every", "50", "--output",
            Server.Address("forecasts")).Succeeded();
        CommandRun.InProcess("export", "--archive", output, "--table", "analyses", "--output", Folder.File("analyses.nc")).Succeeded();
        Assert.IsGreaterThan(0L, new FileInfo(Folder.File("analyses.nc")).Length);

        static string Score(string record, string estimates) =>
            CommandRun.InProcess("score", "--archive", record, "--analyses", estimates, "--json").Succeeded().Json["scores"]![0]!["results"]!.ToJsonString();
    }

    [TestMethod]
    public void ARecordIsReportedOnAndImported()
    {
        CommandRun.InProcess("report", Server.Address("record"), "--steps", "0..50", "--out", Folder.File("report.html")).Succeeded();
        Assert.Contains(Server.Address("record"), File.ReadAllText(Folder.File("report.html")));
        CommandRun.InProcess("report", Server.Address("nothing"), "--out", Folder.File("none.html"))
            .Failed(ExitCodes.BadData, $"{Server.Address("nothing")}: expected an archive (with archive.json), got none there.");
        File.WriteAllLines(Folder.File("buoys.csv"), ["time,site,value", "0,a,1", "0,b,3", "1,a,2"]);
        CommandRun.InProcess("import", Folder.File("buoys.csv"), "--step-length", "1", "--site", "site", "--output", Server.Address("imported")).Succeeded();
        CommandRun.InProcess("archive", "check", Server.Address("imported")).Succeeded();
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(9)]
    public void ARunThatWasKilledGoesOnWhereItWas(int parts)
    {
        var name = FormattableString.Invariant($"killed{parts}");
        Kill(name, parts);
        var result = CommandRun.InProcess([.. Analyze(Server.Address("record"), Server.Address(name)), "--json"]).Succeeded().Json;
        Assert.IsGreaterThanOrEqualTo(parts, (int)result["partsBefore"]!);
        Assert.AreEqual(Parts, (int)result["partsBefore"]! + (int)result["partsMade"]!);
        Assert.AreEqual(_expected, Checksums(Server.Objects[$"{name}/archive.json"]));
        CommandRun.InProcess("archive", "check", Server.Address(name)).Succeeded();
        Assert.HasCount(Parts + 1, Server.Objects.Keys.Where(key => key.StartsWith($"{name}/", StringComparison.Ordinal)), "Parts, archive.json and nothing else.");
    }

    [TestMethod]
    public void NothingOfTheCredentialsIsWrittenAnywhere()
    {
        var run = CommandRun.AsProcess(
            Folder.Path, typeof(CodaCommandLine).Assembly.Location, ["inspect", Server.Address("record"), "--verbose"], Variables());
        Assert.AreEqual(0, run.ExitCode, run.Error);
        Assert.DoesNotContain("secret-of-somebody", run.Output + run.Error);
        Assert.IsFalse(Server.Objects.Values.Any(content => System.Text.Encoding.Latin1.GetString(content).Contains("secret", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void ABucketThatIsNotThereAndAServerThatIsNotAreSaidToBeSo()
    {
        var run = CommandRun.AsProcess(Folder.Path, typeof(CodaCommandLine).Assembly.Location, ["inspect", "s3://nobody/record"],
            ("AWS_ENDPOINT_URL", "http://127.0.0.1:9"), ("AWS_ACCESS_KEY_ID", "somebody"), ("AWS_SECRET_ACCESS_KEY", "secret"), ("AWS_REGION", "us-east-1"));
        run.Failed(ExitCodes.BadData, "s3://nobody/record/archive.json: expected the store to answer, got no connection");
    }

    private static (string Name, string Value)[] Variables() => [.. Server.Environment().Select(v => (v.Key, v.Value!))];

    private static void Kill(string name, int parts)
    {
        using var process = CommandRun.Start(Folder.Path, typeof(CodaCommandLine).Assembly.Location, Analyze(Server.Address("record"), Server.Address(name)),
            Variables());
        for (var clock = Stopwatch.StartNew(); Server.Objects.Keys.Count(key => key.StartsWith($"{name}/analyses/run/part-", StringComparison.Ordinal)) < parts;)
        {
            Assert.IsFalse(process.HasExited, "The command ended before it could be killed.");
            Assert.IsLessThan(60, clock.Elapsed.TotalSeconds, "The command did not get that far.");
            Thread.Sleep(1);
        }

        process.Kill();
        CommandRun.Await(process);
    }

    private static string[] Analyze(string record, string output) =>
        ["analyze", "--archive", record, "--model", Folder.File("model"), "--part-size", "300", "--output", output];

    // In the order of the parts, whatever they are called.
    private static string Checksums(byte[] description) => new JsonArray(
        [.. JsonNode.Parse(description)!["checksums"]!.AsObject().OrderBy(part => part.Key[..(part.Key.IndexOf('-', StringComparison.Ordinal) + 6)], StringComparer.Ordinal)
            .Select(part => JsonValue.Create((string)part.Value!))]).ToJsonString();
}
