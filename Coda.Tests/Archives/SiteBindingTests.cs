using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Archives.Import;
using Coda.Data.Archives.Parts;
using Coda.Data.Archives.Stored;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;

namespace Coda.Tests.Archives;

[TestClass]
public sealed class SiteBindingTests
{
    private static readonly StateLayout Pair = new([new("prey", new Components(1)), new("predator", new Components(1))]);
    private static readonly StateLayout Levels = new([new("x", new Ring(3)), new("z", new Ring(6))]);

    private readonly TemporaryDirectory _directory = new();

    private string Root => _directory.File("archive");

    [TestCleanup]
    public void RemoveDirectory() => _directory.Dispose();

    [TestMethod]
    [DataRow("prey", "predator")]
    [DataRow("predator", "prey")]
    public void ColumnsGoToTheEntriesThatTheyAreCalledLike(string first, string second)
    {
        var description = Import(["time,predator,prey", "0,1,2", "1,3,4"], o => o with { Layout = Pair, SiteColumns = [first, second] }, [2, 1, 4, 3]);
        CollectionAssert.AreEqual(new[] { "prey", "predator" }, description.SiteNames!.ToArray());
        Assert.IsNull(description.Operator.Options, "The whole state, in order.");
    }

    [TestMethod]
    public void SitesOfAColumnGoThereToo() =>
        Import(["time,site,value", "0,predator,1", "0,prey,2"], o => o with { Layout = Pair }, [2, 1]);

    [TestMethod]
    public void NamesGivenInTheWrongOrderGoThereToo() =>
        Import(["time,site,value", "0,predator,1", "0,prey,2"], o => o with { Layout = Pair, SiteNames = ["predator", "prey"] }, [2, 1]);

    [TestMethod]
    public void PlacesInAFieldAreNamesOfEntries()
    {
        var description = Import(["time,site,value", "0,z[1],5", "0,x[2],7"], o => o with { Layout = Levels }, [7, 5]);
        Assert.AreEqual("{\"sites\":[2,4]}", description.Operator.Options!.ToJsonString());
        CollectionAssert.AreEqual(new[] { "x[2]", "z[1]" }, Enumerable.Range(0, 2).Select(description.Sites().EntryAt).ToArray());
    }

    [TestMethod]
    public void LocationsGiveTheOrderAndMustAgree()
    {
        string[] lines = ["time,site,value", "0,predator,1", "0,prey,2"];
        Import(lines, o => o with { Layout = Pair, Locations = [1, 0] }, [1, 2]);
        Assert.Contains(
            "locations: expected those that the names say, predator at 1, prey at 0, or none, got 0, 1",
            Assert.ThrowsExactly<ArgumentException>(
                () => Run("other", lines, o => o with { Layout = Pair, SiteNames = ["predator", "prey"], Locations = [0, 1] })).Message);
    }

    [TestMethod]
    [DataRow("time,site,value|0,prey,1|0,wolf,2", "called like an entry of the state (prey: components of 1, "
        + "predator: components of 1), as some are, got 'wolf'")]
    [DataRow("time,site,value|0,Prey,1|0,Predator,2", "got 'Predator'. Did you mean 'predator'?")]
    [DataRow("time,site,value|0,hare,1|0,lynx,2", "got 'hare', 'lynx', whose alphabet says nothing of its fields")]
    public void NamesThatCannotMeanTheEntriesAreRefused(string lines, string said) =>
        Assert.Contains(said, Assert.ThrowsExactly<InvalidDataException>(() => Run("archive", lines.Split('|'), o => o with { Layout = Pair })).Message);

    [TestMethod]
    public void ANameWithAControlCharacterIsRefusedAndNotPrinted()
    {
        var message = Assert.ThrowsExactly<InvalidDataException>(() => Run("archive", ["time,site,value", "0,a\u001b[31mb,1"], o => o)).Message;
        Assert.Contains("U+001B", message);
        Assert.DoesNotContain("\u001b", message);
    }

    [TestMethod]
    public void OtherNamesKeepTheOrderThatWasSaid() =>
        Import(["time,site,value", "0,lynx,1", "0,hare,2"], o => o with { Layout = Pair, SiteNames = ["hare", "lynx"] }, [2, 1]);

    [TestMethod]
    public void ColumnsStandInTheOrderOfTheNamesThatWereGiven()
    {
        Import(["time,a,b", "0,1,2"], o => o with { SiteColumns = ["a", "b"], SiteNames = ["b", "c", "a"] }, [2, 0, 1]);
        Assert.Contains("siteColumns: expected columns called like the sites, got 'a'", Assert.ThrowsExactly<ArgumentException>(
            () => Run("other", ["time,a,b", "0,1,2"], o => o with { SiteColumns = ["a", "b"], SiteNames = ["b", "c"] })).Message);
    }

    [TestMethod]
    [DataRow(ParquetEngine.DuckDb)]
    [DataRow(ParquetEngine.ParquetNet)]
    public void EveryTableSaysNamesPlacesAndUnits(ParquetEngine engine)
    {
        var description = Import(
            ["time,site,value", "0,predator,1", "0,prey,2"], o =>
                o with { Layout = Pair, ValueUnit = "thousand", TimeUnit = "a" }, [2, 1]) with { Checksums = [] };
        CheckPart(Root, "observations", ("coda.site_names", """["prey","predator"]"""));
        var copy = _directory.File("copy");
        using (var archive = ParquetArchive.Create(copy, description, engine))
        {
            archive.WriteObservations([new ObservationStretch(0, new(0, 1), 2)
            {
                Values = { [0] = 2, [1] = 1 }, Mask = { [0] = 1, [1] = 1 },
            }]);
            archive.WriteStates(ArchiveTable.Analyses, [new StateBlock(0, 0, 2, new float[] { 2, 1 })]);
        }

        CheckPart(copy, "observations", ("coda.site_names", """["prey","predator"]"""));
        CheckPart(copy, "analyses", ("coda.entry_names", """["prey","predator"]"""));
        var part = Directory.GetFiles(Path.Combine(copy, "observations"), "*.parquet").Single();
        foreach (var reader in new[] { ParquetEngine.DuckDb, ParquetEngine.ParquetNet })
        {
            CollectionAssert.AreEqual(new[] { "prey", "predator" }, ObservationTable.ReadSiteNames(part, ParquetEngines.Of(reader))!.ToArray());
        }
    }

    [TestMethod]
    public void PartsOfAnArchiveBringTheirNames()
    {
        string Part(string name, params string[] lines)
        {
            Run(name, lines, o => o with { Withheld = Withholding.None });
            var file = _directory.File($"{name}.parquet");
            File.Copy(Directory.GetFiles(Path.Combine(_directory.File(name), "observations"), "*.parquet").Single(), file);
            return file;
        }

        var (first, second) = (Part("first[1]", "time,site,value", "0,b,1", "0,a,2"), Part("second", "time,site,value", "0,b,1", "0,c,2"));
        var options = new ImportOptions { Files = [first], StepLength = 1, TimeColumn = "step" };
        ObservationImport.Run(Root, options);
        using (var archive = ParquetArchive.Open(Root))
        {
            CollectionAssert.AreEqual(new[] { "a", "b" }, archive.Description.SiteNames!.ToArray());
        }

        Assert.Contains("expected the site names of", Assert.ThrowsExactly<InvalidDataException>(
            () => ObservationImport.Run(_directory.File("both"), options with { Files = [first, second], Duplicates = DuplicateRule.Mean })).Message);
    }

    [TestMethod]
    public void AnOperatorThatDoesNotFitIsADamagedArchive()
    {
        Import(["time,site,value", "0,predator,1", "0,prey,2"], o => o with { Layout = Pair }, [2, 1]);
        var file = Path.Combine(Root, "archive.json");
        var description = CodaJson.Read<ArchiveDescription>(file);
        CodaJson.Write(file, description with { SiteNames = null, Operator = new("site-selection", new JsonObject { ["every"] = 2 }) });
        Assert.Contains(
            $"{file}: Archive description: operator: expected one of 2 sites, got one of 1 sites",
            Assert.ThrowsExactly<ArchiveFormatException>(() => ParquetArchive.Open(Root)).Message);
        CodaJson.Write(file, description with { SiteNames = ["prey", "prey"] });
        Assert.Contains("siteNames: expected distinct names", Assert.ThrowsExactly<ArchiveFormatException>(() => ParquetArchive.Open(Root)).Message);
        CodaJson.Write(file, description with { Operator = new("my-buoys") });
        ParquetArchive.Open(Root).Dispose();
    }

    private static void CheckPart(string root, string table, (string Key, string Value) names)
    {
        var metadata = PartMetadata.Read(Directory.GetFiles(Path.Combine(root, table), "*.parquet").Single());
        Assert.AreEqual(names.Value, metadata.GetValueOrDefault(names.Key), $"{table}: {string.Join(", ", metadata.Keys)}");
        Assert.AreEqual(("thousand", "a", "1"), (metadata["coda.value_unit"], metadata["coda.time_unit"], metadata["coda.step_length"]));
        Assert.Contains("\"predator\"", metadata["coda.layout"]);
        var archive = CodaJson.Parse<ArchiveDescription>(metadata["coda.archive"], "coda.archive", "Write it anew.");
        Assert.AreEqual((2, "thousand", 0), (archive.SiteCount, archive.ValueUnit, archive.Checksums.Count));
    }

    private ArchiveDescription Import(string[] lines, Func<ImportOptions, ImportOptions> with, float[] expected)
    {
        Run("archive", lines, with);
        using var archive = ParquetArchive.Open(Root);
        CollectionAssert.AreEqual(expected, archive.ReadObservations(0, archive.Description.Steps, ObservationSubset.All).Values);
        return archive.Description;
    }

    private void Run(string name, string[] lines, Func<ImportOptions, ImportOptions> with)
    {
        var file = _directory.File("file.csv");
        File.WriteAllLines(file, lines);
        ObservationImport.Run(_directory.File(name), with(new() { Files = [file], StepLength = 1 }));
    }
}
