using System.Globalization;
using System.Text.Json.Nodes;
using Coda.Cli;
using Coda.Tests.Archives;

namespace Coda.Tests.Cli;

/// <summary>Scores by field and site, of fields in units of their own and of trajectories with names.</summary>
[TestClass]
public sealed class FieldScoreTests
{
    private static readonly TemporaryDirectory Folder = new();

    [ClassInitialize]
    public static void MakeRecords(TestContext context)
    {
        _ = context;
        var rows = new[] { "spring", "autumn" }.SelectMany(run => Enumerable.Range(0, 200).Select(step => string.Create(
            CultureInfo.InvariantCulture, $"{run},{0.01 * step:F2},{Math.Sin(0.1 * step)},{Math.Cos(0.1 * step)},{1000 * Math.Sin(0.2 * step)}")));
        File.WriteAllLines(Folder.File("xyz.csv"), rows.Prepend("run,time,x,y,z"));
        Import("mixed", "--sigma", "0.1,z=100", "--value-unit", "m,z=Pa").Succeeded();
        Import("plain", "--sigma", "0.1").Succeeded();
        foreach (var archive in new[] { "mixed", "plain" })
        {
            CommandRun.InProcess("analyze", "--archive", Folder.File(archive), "--method", "climatology").Succeeded();
        }
    }

    [ClassCleanup]
    public static void Remove() => Folder.Dispose();

    [TestMethod]
    public void FieldsOfDifferentUnitsAreScoredApartUnasked()
    {
        var results = Score("mixed");
        CollectionAssert.AreEqual(new[] { "x m", "y m", "z Pa" }, Parts(results));
        Assert.AreEqual(0.71, Misfit(results, "x"), 0.1);
        Assert.AreEqual(710, Misfit(results, "z"), 100);
        CollectionAssert.AreEqual(new[] { "" }, Parts(Score("plain")));
        var text = CommandRun.InProcess("score", "--archive", Folder.File("mixed")).Succeeded().Output;
        Assert.Contains("field", text);
        Assert.Contains("Pa", text);
    }

    [TestMethod]
    [DataRow("lead", "")]
    [DataRow("field", "x 1;y 1;z 1")]
    [DataRow("site", "x 1 x;y 1 y;z 1 z")]
    public void ScoresAreTakenApartByWhatIsAsked(string by, string expected) =>
        Assert.AreEqual(expected, string.Join(';', Parts(Score("plain", "--by", by))));

    [TestMethod]
    public void AComparisonHasARowForEachFieldAndTheModelOfEachMethod()
    {
        var text = CommandRun.InProcess("compare", "--archive", Folder.File("mixed"), "--methods", "climatology", "persistence").Succeeded().Output;
        var table = text[..text.IndexOf("Differences from", StringComparison.Ordinal)];
        Assert.AreEqual(3, table.Split('\n').Count(line => line.Contains("persistence", StringComparison.Ordinal)), text);
        Assert.Contains("model", text);
    }

    [TestMethod]
    public void ARowThatFailedSaysWhy()
    {
        var text = CommandRun.InProcess(
            "compare", "--archive", Folder.File("mixed"), "--methods", "climatology", "etkf:members=3,inflation=40").Output;
        Assert.Contains("failed: ", text);
    }

    [TestMethod]
    public void SharesOfValuesHaveNoUnit()
    {
        File.WriteAllLines(
            Folder.File("species.csv"), Enumerable.Range(0, 100).Select(step => string.Create(
                CultureInfo.InvariantCulture, $"{0.1 * step:F1},{30 + (10 * Math.Sin(step))},{5 + Math.Cos(step)}")).Prepend("time,prey,predator"));
        CommandRun.InProcess(
            "import", Folder.File("species.csv"), "--step-length", "0.1", "--site-columns", "prey", "predator", "--system", "lotka-volterra", "--errors",
            "multiplicative", "--sigma", "prey=0.2,predator=0.3", "--value-unit", "prey=kg,predator=t", "--withhold", "0.3", "--output",
            Folder.File("species")).Succeeded();
        CommandRun.InProcess("analyze", "--archive", Folder.File("species"), "--method", "iterated-extended-smoother").Succeeded();
        CollectionAssert.AreEqual(new[] { "" }, Parts(Score("species")));
        CollectionAssert.AreEqual(new[] { "prey 1", "predator 1" }, Parts(Score("species", "--by", "field")));
    }

    [TestMethod]
    public void TuningOverUnitsComparesMisfitsOverTheirErrors()
    {
        var file = Folder.File("tuned.json");
        CommandRun.InProcess(
            "tune", "--archive", Folder.File("mixed"), "--method", "space-time-optimal-interpolation", "--sweep", "half-width=2,4", "--output", file)
            .Succeeded();
        Assert.IsLessThan(20, (double)JsonNode.Parse(File.ReadAllText(file))!["misfit"]!, "a misfit without a unit");
    }

    [TestMethod]
    public void ANameStandsForATrajectory()
    {
        string[] line = ["analyze", "--archive", Folder.File("plain"), "--method", "climatology", "--output", Folder.File("one"), "--trajectories"];
        CommandRun.InProcess([.. line, "autumn", "--restart"]).Succeeded();
        CommandRun.InProcess([.. line, "winter", "--restart"]).Failed(ExitCodes.Usage, "--trajectories: expected FROM..TO");
        Assert.Contains("spring, autumn", CommandRun.InProcess("inspect", Folder.File("plain")).Succeeded().Output);
        Assert.Contains("z 100 Pa", CommandRun.InProcess("inspect", Folder.File("mixed")).Succeeded().Output);
    }

    [TestMethod]
    public void CardsTakeNoScoresOfSites() => CommandRun.InProcess("score", "--archive", Folder.File("plain"), "--by", "site", "--record", "model")
        .Failed(ExitCodes.Usage, "--record", "--by site");

    private static CommandRun Import(string name, params string[] more) => CommandRun.InProcess(
        ["import", Folder.File("xyz.csv"), "--step-length", "0.01", "--trajectory", "run", "--site-columns", "x", "y", "z", "--system", "lorenz63",
            "--withhold", "0.3", "--output", Folder.File(name), .. more]);

    private static JsonArray Score(string archive, params string[] more) =>
        CommandRun.InProcess(["score", "--archive", Folder.File(archive), "--json", .. more]).Succeeded().Json["scores"]![0]!["results"]!.AsArray();

    private static string[] Parts(JsonArray results) =>
        [.. results.Select(r => r!["part"] is { } part ? $"{part["field"]} {part["unit"]} {part["site"]}".TrimEnd() : "").Distinct()];

    private static double Misfit(JsonArray results, string field) =>
        (double)results.First(r => (string)r!["score"]! == "root-mean-square-misfit" && (string)r["part"]!["field"]! == field)!["value"]!;
}
