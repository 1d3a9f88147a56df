using Coda.Cli;
using Coda.Data.Archives.Stored;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Tests.Archives;
using Coda.Tests.Inference;

namespace Coda.Tests.Cli;

/// <summary>Sites with names through import, analyses, forecasts and scores: what a name means goes with it.</summary>
[TestClass]
public sealed class SiteNameTests
{
    private static readonly string[] Own = [.. Enumerable.Range(0, 8).Select(i => $"st0{i}")];
    private static readonly string[] Shifted = [.. Own[1..], "zz"];

    private readonly TemporaryDirectory _folder = new();

    private string Model => _folder.File("model");

    [TestInitialize]
    public void WriteModel()
    {
        Directory.CreateDirectory(Model);
        CodaJson.Write(Path.Combine(Model, ModelFolder.Card), ExampleModels.Write(Model) with { SiteNames = Own });
    }

    [TestCleanup]
    public void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    public void AModelReadsItsOwnSitesAndRefusesOthers()
    {
        Import("own", Own).Succeeded();
        Analyze("own").Succeeded();
        CommandRun.InProcess("forecast", "--archive", _folder.File("own"), "--model", Model, "--leads", "0", "0.1", "--every", "0.1", "--from", "smoothed")
            .Succeeded();
        Import("shifted", Shifted).Succeeded();
        Analyze("shifted").Failed(ExitCodes.ModelMismatch, "unknown is zz, missing is st00, and the first difference is at site 0", "--sites-of");
        Analyze("shifted", "--polish", "1").Failed(ExitCodes.ModelMismatch, "unknown is zz");
        CommandRun.InProcess("score", "--archive", _folder.File("shifted"), "--analyses", _folder.File("own")).Failed(ExitCodes.BadData, "missing is zz");
        Analyze("shifted", "--method", "climatology").Failed(ExitCodes.Usage, "--model: expected none");
        CommandRun.InProcess("analyze", "--archive", _folder.File("shifted"), "--method", "climatology").Succeeded();
        CommandRun.InProcess("score", "--archive", _folder.File("shifted"), "--record", Model).Failed(ExitCodes.ModelMismatch, "--record", "unknown is zz");
        string[] climatology = ["analyze", "--archive", _folder.File("shifted"), "--method", "climatology"];
        CommandRun.InProcess([.. climatology, "--output", _folder.File("own")]).Failed(ExitCodes.BadData, "the sites are others");
        CommandRun.InProcess([.. climatology, "--reference", _folder.File("own"), "--output", _folder.File("new")])
            .Failed(ExitCodes.BadData, "--reference: the sites are others");
    }

    [TestMethod]
    public void SitesOfAModelAreMatchedByName()
    {
        Import("part", Own[1..], "--sites-of", Model).Succeeded();
        using (var archive = ParquetArchive.Open(_folder.File("part")))
        {
            CollectionAssert.AreEqual(Own, archive.Description.SiteNames!.ToArray());
        }

        Analyze("part").Succeeded();
        Import("again", Own[2..], "--sites-of", _folder.File("part")).Succeeded();
        Analyze("again").Succeeded();
        Import("unknown", Shifted, "--sites-of", Model).Failed(ExitCodes.BadData, "site: expected one of 8 names", "zz");
    }

    [TestMethod]
    public void SitesWithoutNamesAreTakenByTheirOrderAndSaidSo()
    {
        Import("numbers", [.. Enumerable.Range(0, 8).Select(i => $"{i}")]).Succeeded();
        Assert.Contains("this archive's have none", Analyze("numbers").Succeeded().Output);
        var card = ModelFolder.ReadCard(Model) with { SiteNames = null };
        CodaJson.Write(Path.Combine(Model, ModelFolder.Card), card);
        Import("own", Own).Succeeded();
        Assert.DoesNotContain("unnamed", Analyze("own").Succeeded().Output);
    }

    [TestMethod]
    public void ARingWithNamesIsNoRingOfAnySize()
    {
        Import("large", [.. Own, "st08"]).Succeeded();
        Analyze("large").Failed(ExitCodes.ModelMismatch, "site count: expected 8 (card), got 9", "unknown is st08");
        CommandRun.InProcess(Tiny.Simulate(_folder.File("twin"), 1, 40, "--set", "system.size=12")).Succeeded();
        Analyze("twin").Succeeded();
    }

    [TestMethod]
    public void ImportSaysWhatEachSiteMeans()
    {
        File.WriteAllLines(_folder.File("xyz.csv"), ["time,z,x", "0,3,1", "1,4,2"]);
        string[] line =
        [
            "import", _folder.File("xyz.csv"), "--step-length", "1", "--site-columns", "z", "x", "--system", "lorenz63", "--withhold", "0", "--overwrite",
            "--output", _folder.File("xyz"),
        ];
        var sites = CommandRun.InProcess([.. line, "--json"]).Succeeded().Json["sites"]!.AsArray();
        CollectionAssert.AreEqual(new[] { "0 x x", "1 z z" }, sites.Select(s => $"{s!["site"]} {s["name"]} {s["stateEntry"]}").ToArray());
        var output = CommandRun.InProcess(line).Succeeded().Output;
        Assert.Contains("Sites → entries of the state", output);
        Assert.Contains("z", CommandRun.InProcess("inspect", _folder.File("xyz")).Succeeded().Output);
        Import("many", Own).Succeeded();
        Assert.Contains("st07", CommandRun.InProcess("inspect", Model, "--no-verify").Succeeded().Output);
    }

    private CommandRun Analyze(string archive, params string[] more) =>
        CommandRun.InProcess(["analyze", "--archive", _folder.File(archive), "--model", Model, .. more]);

    private CommandRun Import(string name, string[] sites, params string[] more)
    {
        var file = _folder.File($"{name}.csv");
        var rows = Enumerable.Range(0, 30).SelectMany(step => sites.Select((site, i) => FormattableString.Invariant($"{0.01 * step},{site},{i + (step % 3)}")));
        File.WriteAllLines(file, rows.Prepend("time,site,value"));
        return CommandRun.InProcess(["import", file, "--step-length", "0.01", "--sigma", "1", "--output", _folder.File(name), .. more]);
    }
}
