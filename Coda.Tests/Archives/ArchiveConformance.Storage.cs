using Coda.Data.Archives;
using Coda.Data.Archives.DuckDb;
using Coda.Data.Archives.Engines;
using Coda.Data.Archives.Stored;
using Coda.Data.Time;

namespace Coda.Tests.Archives;

/// <summary>How an archive lies on the disk.</summary>
public abstract partial class ArchiveConformance
{
    [TestMethod]
    [DataRow(StateContent.None, "trajectory step")]
    [DataRow(StateContent.State, "trajectory step state")]
    [DataRow(StateContent.Spread, "trajectory step spread")]
    [DataRow(StateContent.All, "trajectory step state spread")]
    public void OnlyTheColumnsAskedForAreRead(StateContent content, string columns)
    {
        var block = ArchiveExamples.Block(0, 50, 30, 5, hasSpread: true);
        using (var archive = ParquetArchive.Create(Root, ArchiveExamples.Description(), Engine))
        {
            archive.WriteStates(ArchiveTable.Analyses, [block]);
        }

        var engine = new RecordingEngine(Engine);
        using var read = ParquetArchive.Open(Root, engine);
        var rows = read.ReadSelected(ArchiveTable.Analyses, content, 0, new StepRange(60, 70)).Single();
        Assert.AreEqual(columns, engine.Columns.Single());
        Assert.AreEqual((0, 60L, 10, content == StateContent.None ? 0 : 5), (rows.Trajectory, rows.FirstStep, rows.Count, rows.StateSize));
        CollectionAssert.AreEqual(content.HasFlag(StateContent.State) ? block.States[50..100].ToArray() : null, rows.States?.ToArray());
        CollectionAssert.AreEqual(content.HasFlag(StateContent.Spread) ? block.Spread!.Value[50..100].ToArray() : null, rows.Spread?.ToArray());
    }

    [TestMethod]
    public void ARangeTouchesOnlyItsRowGroups()
    {
        using var directory = new TemporaryDirectory();
        var description = ArchiveExamples.Description(sites: 40, steps: 20_000);
        using var archive = ParquetArchive.Create(directory.File("archive"), description, Engine);
        archive.WriteObservations(ArchiveExamples.Stretches(description, 1000));
        var part = directory.File("archive", "observations", "part-00000.parquet");
        var groups = Engine.ReadFooter(part).RowGroups;
        Assert.AreEqual(5, groups.Count);

        var filter = new RowFilter(0, new StepRange(9000, 9101));
        Assert.AreEqual(1, groups.Count(g => g.MayHold(filter)));

        // What the other row groups hold is gone, and a range that lies in the middle one does not notice.
        var starts = RowGroupStarts(part);
        using (var file = File.OpenWrite(part))
        {
            Erase(file, 4, starts[2]);
            Erase(file, starts[3], starts[4]);
        }

        using var believing = ParquetArchive.Open(directory.File("archive"), Engine, verifies: false);
        var read = believing.ReadObservations(0, new StepRange(9000, 9101));
        var expected = ArchiveExamples.Stretch(0, new StepRange(9000, 9101), 40);
        CollectionAssert.AreEqual(expected.Values, read.Values);
        Assert.ThrowsExactly<ArchiveFormatException>(() => believing.ReadStretches(1000, 0).Count());
    }

    [TestMethod]
    public void AFullDiskLeavesTheArchiveAsItWas()
    {
        using var directory = new TemporaryDirectory();
        using var disk = SmallDisk.TryMount(directory.Path, "800k");
        if (disk is null)
        {
            Assert.Inconclusive("No right to mount a small disk.");
        }

        var description = ArchiveExamples.Description(sites: 40, steps: 20_000);
        var root = directory.File("archive");
        using (var archive = ParquetArchive.Create(root, description, Engine))
        {
            archive.WriteObservations([ArchiveExamples.Stretch(0, new StepRange(0, 1000), 40)]);
            var fault = Assert.Throws<IOException>(() => archive.WriteObservations(ArchiveExamples.Stretches(description, 1000)));
            StringAssert.Contains(fault.Message, "No space left on device");
        }

        CollectionAssert.AreEquivalent(
            new[] { "archive.json", "part-00000.parquet" }, Directory.GetFiles(root, "*", SearchOption.AllDirectories).Select(Path.GetFileName).ToArray());
        using var reopened = ParquetArchive.Open(root, Engine);
        reopened.Verify();
    }

    [TestMethod]
    public void AStateOfAnyLengthFits()
    {
        using var directory = new TemporaryDirectory();
        var description = ArchiveExamples.Description(sites: 100_000, steps: 60);
        using var archive = ParquetArchive.Create(directory.File("archive"), description, Engine);
        archive.WriteStates(
            ArchiveTable.Truth, Enumerable.Range(0, 12).Select(i => new StateBlock(0, i * 5, 100_000, Enumerable.Repeat((float)i, 500_000).ToArray())));
        var block = archive.ReadStates(ArchiveTable.Truth, 0, new StepRange(23, 28)).Single();
        Assert.AreEqual((23L, 5, 4f, 5f), (block.FirstStep, block.Count, block.States.Span[0], block.States.Span[^1]));
        Assert.AreEqual(60, archive.ReadStates(ArchiveTable.Truth).Sum(b => b.Count));
    }

    private static List<long> RowGroupStarts(string part)
    {
        List<long> starts = [];
        using var connection = DuckDbDatabase.Shared.Connect();
        using var result = connection.Stream(
            "SELECT min(least(data_page_offset, coalesce(nullif(dictionary_page_offset, 0), data_page_offset)))::BIGINT "
            + $"FROM parquet_metadata({DuckDbConnection.Literal(part)}) GROUP BY row_group_id ORDER BY row_group_id");
        while (result.Next())
        {
            starts.AddRange(result.Column<long>(0));
        }

        return starts;
    }

    private static void Erase(FileStream file, long start, long end)
    {
        file.Position = start;
        file.Write(new byte[end - start]);
    }
}
