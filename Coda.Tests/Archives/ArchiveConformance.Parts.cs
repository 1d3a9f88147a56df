using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Time;

namespace Coda.Tests.Archives;

/// <summary>Which files are parts, and that they are what was written.</summary>
public abstract partial class ArchiveConformance
{
    [TestMethod]
    [DataRow("../observations/part-00000.parquet")]
    [DataRow("observations/../observations/part-00000.parquet")]
    [DataRow("observations/part-0.parquet")]
    [DataRow("observations/part-00000.parquet.copy")]
    [DataRow("/dev/zero")]
    [DataRow("observations/")]
    [DataRow("other/part-00000.parquet")]
    [DataRow("")]
    public void OnlyPartsAreNamed(string name)
    {
        Write(ArchiveExamples.Description());
        var path = Path.Combine(Root, "archive.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace("observations/part-00000.parquet", name));
        StringAssert.Contains(Assert.ThrowsExactly<ArchiveFormatException>(
            () => ParquetArchive.Open(Root, Engine)).Message, $"checksums: expected names of parts, such as observations/part-00000.parquet, got {name}");
    }

    [TestMethod]
    public void ALinkOutOfTheArchiveIsNoPart()
    {
        Write(ArchiveExamples.Description());
        var (part, elsewhere) = (Path.Combine(Root, "observations", "part-00000.parquet"), _directory.File("elsewhere.parquet"));
        File.Move(part, elsewhere);
        File.CreateSymbolicLink(part, elsewhere);
        StringAssert.Contains(Assert.ThrowsExactly<ArchiveFormatException>(
            () => ParquetArchive.Open(Root, Engine)).Message, "expected a file of this folder, got a link out of it");
        File.Delete(part);
        File.CreateSymbolicLink(part, "/dev/zero");
        StringAssert.Contains(Assert.ThrowsExactly<ArchiveFormatException>(
            () => ParquetArchive.Open(Root, Engine)).Message, "expected a file of this folder, got a link out of it");
        File.Delete(part);
        File.Move(elsewhere, Path.Combine(Root, "observations", "kept"));
        File.CreateSymbolicLink(part, "kept");
        using var archive = ParquetArchive.Open(Root, Engine);
        archive.Verify();
    }

    // Between them, any of these names is a pattern of another one.
    [TestMethod]
    public void ANameIsNoPattern()
    {
        string[] names = ["a1", "a[1]", "a*", "a?", "[a]1", "a'1", "a{1,2}", "a]", "a\\1", "a%1", "ä 1"];
        foreach (var (value, name) in names.Index())
        {
            using var archive = ParquetArchive.Create(_directory.File(name), ArchiveExamples.Description(), Engine);
            var stretch = ArchiveExamples.Stretch(0, new StepRange(0, 10), 8);
            Array.Fill(stretch.Values, value);
            Array.Fill(stretch.Mask, 1);
            archive.WriteObservations([stretch]);
            archive.WriteStates(ArchiveTable.Analyses, [ArchiveExamples.Block(0, value, 5, 8)]);
        }

        foreach (var (value, name) in names.Index())
        {
            using var archive = ParquetArchive.Open(_directory.File(name), Engine);
            Assert.AreEqual(80, archive.RowCount(ArchiveTable.Observations), name);
            Assert.AreEqual(value, archive.ReadObservations(0, new StepRange(0, 10)).Values.Distinct().Single(), name);
            Assert.AreEqual(value, archive.ReadStates(ArchiveTable.Analyses).Single().FirstStep, name);
        }
    }

    [TestMethod]
    public void AChangedPartIsFoundWhereItIsFirstRead()
    {
        var description = ArchiveExamples.Description();
        Write(description);
        using (var archive = ParquetArchive.Open(Root, Engine))
        {
            archive.WriteStates(ArchiveTable.Analyses, [ArchiveExamples.Block(0, 0, 30, 8)]);
        }

        foreach (var table in new[] { "observations", "analyses" })
        {
            var part = Path.Combine(Root, table, "part-00000.parquet");
            var bytes = File.ReadAllBytes(part);
            bytes[bytes.Length / 3] ^= 1;
            File.WriteAllBytes(part, bytes);
        }

        var reads = new Action<ParquetArchive>[]
        {
            a => a.ReadObservations(0, new StepRange(0, 100)),
            a => a.ReadStretches(10, 2).First(),
            a => a.ReadStates(ArchiveTable.Analyses).First(),
            a => a.ReadSelected(ArchiveTable.Analyses, StateContent.None).First(),
            a => a.ReadAnalyses().First(),
            a => a.Verify(),
        };
        using var changed = ParquetArchive.Open(Root, Engine);
        foreach (var read in reads.Concat(reads))
        {
            StringAssert.Contains(Assert.ThrowsExactly<ArchiveFormatException>(() => read(changed)).Message, "expected SHA-256");
        }
    }

    [TestMethod]
    public void ChecksumsCanBeDeclined()
    {
        Write(ArchiveExamples.Description());
        var path = Path.Combine(Root, "archive.json");
        File.WriteAllText(
            path, System.Text.RegularExpressions.Regex.Replace(Digests.Without(File.ReadAllText(path)), "\"[0-9a-f]{64}\"", $"\"{new string('0', 64)}\""));
        using var believing = ParquetArchive.Open(Root, Engine, verifies: false);
        Assert.AreEqual(100, believing.ReadObservations(0, new StepRange(0, 100)).Steps.Count);
        using var archive = ParquetArchive.Open(Root, Engine);
        Assert.ThrowsExactly<ArchiveFormatException>(() => archive.ReadObservations(0, new StepRange(0, 100)));
    }

    [TestMethod]
    [DataRow("stepLength", "1")]
    [DataRow("withheld", "{ \"fraction\": 0.5, \"seed\": 9 }")]
    [DataRow("sigma", "1000000")]
    [DataRow("valueUnit", "\"K\"")]
    public void AChangedDescriptionIsNoticed(string member, string value)
    {
        Write(ArchiveExamples.Description());
        var path = Path.Combine(Root, "archive.json");
        var description = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        description[member] = System.Text.Json.Nodes.JsonNode.Parse(value);
        File.WriteAllText(path, description.ToJsonString());
        StringAssert.Contains(Assert.ThrowsExactly<ArchiveFormatException>(() => ParquetArchive.Open(Root, Engine)).Message, "archive.json: digest: expected");
        description.Remove("digest");
        File.WriteAllText(path, description.ToJsonString());
        ParquetArchive.Open(Root, Engine).Dispose();
    }

    [TestMethod]
    public void UnitsHoldNoControlCharacters()
    {
        foreach (var unit in new[] { "K\0", "K\u001b[31m", "K\u202e" })
        {
            StringAssert.Contains(
                Assert.ThrowsExactly<ArgumentException>(
                    () => ParquetArchive.Create(Root, ArchiveExamples.Description() with { ValueUnit = unit }, Engine)).Message,
                "expected text without control characters");
        }
    }
}
