using System.Text.Json;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;
using Coda.Data.Time;
using Coda.Tests.Archives;

namespace Coda.Tests.Data;

/// <summary>Faults, names, files and JSON.</summary>
[TestClass]
public sealed class FoundationTests
{
    [TestMethod]
    public void AllFaultsAreReportedAtOnce()
    {
        var fault = Assert.ThrowsExactly<ArgumentException>(() => new Faults("thing")
            .Require(false, "first", "at least 1", 0.5).Require(true, "second", "anything", 1).Require(false, "third", "a name", null).ThrowIfAny());
        Assert.AreEqual("thing: first: expected at least 1, got 0.5; third: expected a name, got nothing.", fault.Message);
        new Faults("thing").Require(true, "first", "anything", 1).ThrowIfAny();
    }

    [TestMethod]
    [DataRow("lorenz-96", "lorenz96")]
    [DataRow("LORENZ96", "lorenz96")]
    [DataRow("lornez63", "lorenz63")]
    [DataRow("lorenz96twolevel", "lorenz96-two-level")]
    [DataRow("primitive-equations", null)]
    public void TheNearestNameIsThatOfTheFewestEdits(string name, string? expected) =>
        Assert.AreEqual(expected, NearestName.Of(name, DynamicalSystem.Catalog.Names));

    [TestMethod]
    public void AFileIsReplacedWhole()
    {
        using var folder = new TemporaryDirectory();
        var path = folder.File("a.txt");
        AtomicFile.WriteText(path, "old");
        AtomicFile.WriteText(path, "nëw");
        CollectionAssert.AreEqual("nëw"u8.ToArray(), File.ReadAllBytes(path));
        Assert.HasCount(1, Directory.GetFiles(folder.Path));
    }

    [TestMethod]
    public void AFailingWriterLeavesTheOldFileAndNothingElse()
    {
        using var folder = new TemporaryDirectory();
        var path = folder.File("a.txt");
        AtomicFile.WriteText(path, "old");
        var fault = Assert.ThrowsExactly<IOException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write("half of the new"u8);
            stream.Flush();
            Assert.AreEqual("old", File.ReadAllText(path));
            throw new IOException("disk full");
        }));
        Assert.AreEqual("disk full", fault.Message);
        Assert.AreEqual("old", File.ReadAllText(path));
        Assert.HasCount(1, Directory.GetFiles(folder.Path));
    }

    [TestMethod]
    public void TemporaryNamesDifferAndStayBesideTheirFile()
    {
        Assert.AreNotEqual(AtomicFile.TemporaryName("/x/a"), AtomicFile.TemporaryName("/x/a"));
        StringAssert.StartsWith(AtomicFile.TemporaryName("/x/a"), "/x/a.");
        StringAssert.EndsWith(AtomicFile.TemporaryName("/x/a"), ".partial");
    }

    [TestMethod]
    [DataRow("a.json.1f-0123456789abcdef0123456789abcdef.partial", "a.json")]
    [DataRow("data.2020.partial", null)]
    [DataRow("a.partial", null)]
    [DataRow("a.1f-0123456789abcdef.partial", null)]
    [DataRow(".1f-0123456789abcdef0123456789abcdef.partial", null)]
    public void OnlyItsOwnTemporaryNamesAreTakenForSuch(string name, string? final)
    {
        Assert.AreEqual(final, AtomicFile.FinalName(name));
        Assert.AreEqual(name, AtomicFile.FinalName(Path.GetFileName(AtomicFile.TemporaryName("/x/" + name))));
    }

    [TestMethod]
    public void AFileIsWrittenWhereALinkLeadsAndNothingElseIsReplaced()
    {
        using var folder = new TemporaryDirectory();
        foreach (var target in new[] { "there", "later" })
        {
            if (target == "there")
            {
                File.WriteAllText(folder.File(target), "old");
            }

            File.CreateSymbolicLink(folder.File("link"), folder.File(target));
            AtomicFile.WriteText(folder.File("link"), "new");
            Assert.IsNotNull(new FileInfo(folder.File("link")).LinkTarget);
            Assert.AreEqual("new", File.ReadAllText(folder.File(target)));
            File.Delete(folder.File("link"));
        }

        Assert.Contains("got a folder", Assert.ThrowsExactly<IOException>(() => AtomicFile.WriteText(folder.Path, "new")).Message);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Contains("got a device", Assert.ThrowsExactly<IOException>(() => AtomicFile.WriteText("/dev/null", "new")).Message);
        }
    }

    [TestMethod]
    public void ATableOfNumbersReplacesItsOwnFileOnly()
    {
        using var folder = new TemporaryDirectory();
        File.WriteAllText(folder.File("t.parquet.partial"), "mine");
        NumberTable.Write(folder.File("t.parquet"), ["a"], [[1]]);
        Assert.AreEqual("mine", File.ReadAllText(folder.File("t.parquet.partial")));
        Assert.HasCount(2, Directory.GetFiles(folder.Path));
    }

    [TestMethod]
    public void JsonComesBackAsItWasWritten()
    {
        using var folder = new TemporaryDirectory();
        var path = folder.File("archive.json");
        var written = ArchiveExamples.Description() with { Layout = new Lorenz96TwoLevel(new Lorenz96TwoLevel.Options()).Layout, StepLength = 0.1 + 0.2 };
        CodaJson.Write(path, written);
        var read = CodaJson.Read<ArchiveDescription>(path);
        Assert.AreEqual((written.Layout, written.StepLength, written.Steps, written.Withheld), (read.Layout, read.StepLength, read.Steps, read.Withheld));
        CodaJson.Write(folder.File("again.json"), read);
        Assert.AreEqual(File.ReadAllText(path), File.ReadAllText(folder.File("again.json")));
        Assert.DoesNotContain('\r', File.ReadAllText(path));
    }

    [TestMethod]
    [DataRow("""{ "start": 1, "end": 2, "stop": 3 }""", "stop")]
    [DataRow("""{ "start": "one", "end": 2 }""", "start")]
    [DataRow("""{ "start": 1, """, "")]
    public void JsonOfAnotherShapeIsRefusedWithFileAndMember(string text, string member)
    {
        using var folder = new TemporaryDirectory();
        var path = folder.File("range.json");
        File.WriteAllText(path, text);
        var fault = Assert.ThrowsExactly<InvalidDataException>(() => CodaJson.Read<StepRange>(path));
        StringAssert.Contains(fault.Message, path);
        StringAssert.Contains(fault.Message, member);
    }

    [TestMethod]
    public void NullAndMissingFilesAreRefused()
    {
        using var folder = new TemporaryDirectory();
        var path = folder.File("a.json");
        Assert.ThrowsExactly<FileNotFoundException>(() => CodaJson.Read<Component>(path));
        File.WriteAllText(path, "null");
        Assert.ThrowsExactly<InvalidDataException>(() => CodaJson.Read<Component>(path));
    }

    [TestMethod]
    public void AFieldIsWrittenWithItsGrid() =>
        Assert.AreEqual("""{"name":"x","grid":{"name":"ring","options":{"size":3}},"unit":"1"}""", JsonSerializer.Serialize(new StateField("x", new Ring(3)), new JsonSerializerOptions(CodaJson.Options) { WriteIndented = false }));
}
