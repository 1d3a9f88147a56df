using System.Globalization;
using System.Text.Json.Nodes;
using Coda.Cli;
using Coda.Data.Archives;
using Coda.Data.Archives.DuckDb;
using Coda.Data.Archives.Stored;
using Coda.Data.Observations;
using Coda.Tests.Archives;

namespace Coda.Tests.Cli;

/// <summary>Kinds of errors, for all fields or one by one, from the command line into archives and out of them.</summary>
[TestClass]
public sealed class FieldErrorTests
{
    private static readonly TemporaryDirectory Folder = new();

    [ClassInitialize]
    public static void MakeRecord(TestContext context)
    {
        _ = context;
        File.WriteAllLines(Folder.File("species.csv"), Enumerable.Range(0, 100).Select(step => string.Create(
            CultureInfo.InvariantCulture, $"{0.1 * step:F1},{30 + (10 * Math.Sin(step))},{Math.Max(0, 5 + (6 * Math.Cos(step)))}")).Prepend("time,prey,predator"));
    }

    [ClassCleanup]
    public static void Remove() => Folder.Dispose();

    [TestMethod]
    public void FieldsKeepTheirErrorsOnTheWayThroughAnArchive()
    {
        Import("mixed", "--errors", "prey=multiplicative,predator=square-root", "--sigma", "prey=0.2,predator=1", "--value-unit", "km").Succeeded();
        using (var archive = ParquetArchive.Open(Folder.File("mixed")))
        {
            var description = archive.Description;
            CollectionAssert.AreEqual(new[] { ErrorModel.Multiplicative, ErrorModel.SquareRoot }, description.ErrorModels().ToArray());
            Assert.AreEqual((ErrorModel.Additive, ErrorModel.SquareRoot), (description.Errors, description.ErrorsOf(description.Layout.Fields[1])));
            var part = Directory.GetFiles(Path.Combine(Folder.File("mixed"), "observations"), "*.parquet").Single();
            Assert.AreEqual("squareRoot", (string)JsonNode.Parse(DuckDbEngine.Shared.ReadMetadata(part, "coda.fields")!)!["predator"]!["errors"]!);
            Assert.IsNull(DuckDbEngine.Shared.ReadMetadata(part, "coda.errors"));
        }

        var text = CommandRun.InProcess("inspect", Folder.File("mixed")).Succeeded().Output;
        Assert.Contains("prey multiplicative, predator square-root", text);
        Assert.Contains("prey 0.2, predator 1 sqrt(km)", text);
        var json = CommandRun.InProcess("inspect", Folder.File("mixed"), "--json").Succeeded().Json["description"]!;
        Assert.AreEqual("multiplicative", (string)json["fields"]!["prey"]!["errors"]!);

        CommandRun.InProcess("export", "--archive", Folder.File("mixed"), "--table", "observations", "--output", Folder.File("mixed.nc")).Succeeded();
        var netCdf = File.ReadAllText(Folder.File("mixed.nc"), System.Text.Encoding.Latin1);
        Assert.Contains("standard deviation of the error of the logarithm of prey", netCdf);
        Assert.Contains("standard deviation of the error of twice the square root of predator", netCdf);
        CommandRun.InProcess("analyze", "--archive", Folder.File("mixed"), "--method", "etkf:members=10,spinUpSteps=0").Succeeded();
        var scores = CommandRun.InProcess("score", "--archive", Folder.File("mixed"), "--json").Succeeded().Json["scores"]![0]!["results"]!.AsArray();
        CollectionAssert.AreEqual(
            new[] { "prey 1", "predator sqrt(km)" }, scores.Select(s => $"{s!["part"]!["field"]} {s["part"]!["unit"]}").Distinct().ToArray());
    }

    [TestMethod]
    public void OneWordIsForAllFieldsThatSayNothingElse()
    {
        Import("one", "--errors", "square-root", "--sigma", "1").Succeeded();
        Import("but", "--errors", "square-root,prey=additive", "--sigma", "1").Succeeded();
        using var one = ParquetArchive.Open(Folder.File("one"));
        using var but = ParquetArchive.Open(Folder.File("but"));
        Assert.AreEqual((ErrorModel.SquareRoot, null), (one.Description.Errors, one.Description.Fields));
        CollectionAssert.AreEqual(new[] { ErrorModel.Additive, ErrorModel.SquareRoot }, but.Description.ErrorModels().ToArray());
        var part = Directory.GetFiles(Path.Combine(Folder.File("one"), "observations"), "*.parquet").Single();
        Assert.AreEqual("squareRoot", DuckDbEngine.Shared.ReadMetadata(part, "coda.errors"));
        Assert.Contains("errors", CommandRun.InProcess("inspect", Folder.File("one")).Succeeded().Output);
    }

    [TestMethod]
    [DataRow("prey=poisson", "expected additive, multiplicative, square-root, or one for each field")]
    [DataRow("prey=additive,prey=multiplicative", "with each name once")]
    [DataRow("lynx=multiplicative", "lynx")]
    public void WordsThatSayNothingAreRefused(string errors, string said) =>
        Import("none", "--errors", errors, "--sigma", "1").Failed(ExitCodes.Usage, said);

    [TestMethod]
    public void AValueThatIsNotOnTheScaleOfItsFieldIsNamed()
    {
        Import("none", "--errors", "predator=multiplicative", "--sigma", "1").Failed(
            ExitCodes.BadData, "data row", "expected a number greater than 0, as errors are multiplicative");
        Import("left-out", "--errors", "predator=multiplicative", "--sigma", "1", "--valid-range", "0.001..100", "--reject").Succeeded();
        Import("positive", "--errors", "prey=multiplicative", "--sigma", "1").Succeeded();
    }

    [TestMethod]
    public void ASimulationTakesErrorsByField()
    {
        var archive = Folder.File("twin");
        CommandRun.InProcess(
            "simulate", "--system", "lotka-volterra", "--steps", "50", "--step-length", "0.1", "--spin-up", "0", "--sigma", "0.1,predator=0.5", "--errors",
            "multiplicative,predator=square-root", "--output", archive).Succeeded();
        using var twin = ParquetArchive.Open(archive);
        CollectionAssert.AreEqual(new[] { ErrorModel.Multiplicative, ErrorModel.SquareRoot }, twin.Description.ErrorModels().ToArray());
        Assert.AreEqual((0.1, 0.5), (twin.Description.Sigma, twin.Description.SigmaOf(twin.Description.Layout.Fields[1])));
        CommandRun.InProcess("simulate", "--steps", "5", "--sigma", "0", "--output", Folder.File("exact")).Succeeded();
        CommandRun.InProcess("simulate", "--steps", "5", "--errors", "square-root", "--output", Folder.File("below"))
            .Failed(ExitCodes.Usage, "of at least 0, as errors are square-root");
    }

    private static CommandRun Import(string name, params string[] more) => CommandRun.InProcess(
        ["import", Folder.File("species.csv"), "--step-length", "0.1", "--site-columns", "prey", "predator", "--system", "lotka-volterra", "--withhold", "0.3",
            "--output", Folder.File(name), .. more]);
}
