using Coda.Data.Archives;
using Coda.Data.Archives.DuckDb;
using Coda.Data.Archives.Runs;
using Coda.Data.Archives.Stored;
using Coda.Data.Foundation;

namespace Coda.Tests.Archives;

/// <summary>What tables say of themselves: in archive.json, and how far they look ahead in the files' own footers.</summary>
[TestClass]
public sealed class TableNoteTests
{
    private static readonly ArchiveDescription Description = ArchiveExamples.Description(steps: 100, trajectories: 2);
    private static readonly RecordRange[] Ranges = [new(0, 1, new(0, 100)), new(1, 1, new(0, 100))];
    private static readonly RunPart[] Parts = [new(0, Ranges[0]), new(1, Ranges[1])];

    [TestMethod]
    [DataRow(ParquetEngine.DuckDb)]
    [DataRow(ParquetEngine.ParquetNet)]
    public void ATableSaysHowFarItLooksAheadAndTheNextOneSaysItsOwn(ParquetEngine engine)
    {
        using var folder = new TemporaryDirectory();
        using (var archive = ParquetArchive.Create(folder.Path, Description, engine))
        {
            archive.WriteStates(ArchiveTable.Analyses, [Block(Ranges[0])], new TableNote { LookAhead = 50 });
        }

        using (var archive = ParquetArchive.Open(folder.Path, engine))
        {
            Assert.AreEqual((50L, StartKind.Smoothed),
                (archive.Description.NoteOf(ArchiveTable.Analyses).LookAhead!.Value, archive.Description.NoteOf(ArchiveTable.Analyses).Kind));
            Assert.AreEqual(StartKind.Unknown, archive.Description.NoteOf(ArchiveTable.Forecasts).Kind);
            Assert.AreEqual("50", FooterOf(Directory.GetFiles(folder.File("analyses")).Single()));
            archive.WriteStates(ArchiveTable.Analyses, [Block(Ranges[0])]);
            Assert.AreEqual(StartKind.Unknown, archive.Description.NoteOf(ArchiveTable.Analyses).Kind, "Of another table, the old note says nothing.");
            Assert.IsNull(archive.Description.Notes);
            archive.Verify();
        }
    }

    [TestMethod]
    public void ARunKeepsTheWarningsOfEveryPart()
    {
        using var folder = new TemporaryDirectory();
        var (failed, gap) = (new ResultWarning("failed-stretches", "All of it.") { IsFailure = true }, new ResultWarning("gap", "A gap."));
        using (var run = Open(folder.Path))
        {
            run.Commit(run.Stage(run.Pending[0], [Block(Ranges[0])]), [failed, gap]);
            Assert.IsNull(run.Note);
        }

        using (var run = Open(folder.Path))
        {
            run.Commit(run.Stage(run.Pending.Single(), [Block(Ranges[1])]), [gap]);
            Assert.IsTrue(run.TrySeal());
            var note = run.Note!;
            Assert.AreEqual(0, note.LookAhead);
            CollectionAssert.AreEqual(new[] { failed with { IsFailure = false }, gap }, note.Warnings!.ToArray(), "One part of two failed.");
        }

        using var again = Open(folder.Path);
        Assert.HasCount(2, again.Note!.Warnings!);
    }

    [TestMethod]
    public void ATableOfAnEarlierVersionTellsOnceTheSameRunIsStartedAgain()
    {
        using var folder = new TemporaryDirectory();
        using (var run = Open(folder.Path, new TableRunRequest(Description, Origin, Parts)))
        {
            foreach (var part in run.Pending)
            {
                run.Commit(run.Stage(part, [Block(part.Range)]));
            }

            Assert.IsTrue(run.TrySeal());
            Assert.AreEqual(StartKind.Unknown, run.Note!.Kind);
        }

        using (var run = Open(folder.Path))
        {
            Assert.IsEmpty(run.Pending);
            Assert.AreEqual(StartKind.Past, run.Note!.Kind);
        }

        using var archive = ParquetArchive.Open(folder.Path);
        archive.Verify();
    }

    [TestMethod]
    public void ARangeCountsItsMultiples()
    {
        var range = new RecordRange(0, 2, new(5, 41)) { Every = 10 };
        Assert.AreEqual(8, range.Rows);
        CollectionAssert.AreEqual(new[] { 10L, 20, 30, 40 }, Enumerable.Range(0, 60).Select(s => (long)s).Where(range.Contains).ToArray());
        Assert.AreEqual(3, new RecordRange(0, 1, new(-10, 11)) { Every = 10 }.Rows);
        Assert.AreEqual(0, new RecordRange(0, 1, new(-9, 0)) { Every = 10 }.Rows);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => (range with { Steps = new(1, 10) }).Require(Description));
    }

    private static SortedDictionary<string, string> Origin => new() { ["method"] = "example" };

    private static TableRun Open(string path, TableRunRequest? request = null) =>
        TableRun.Open(path, ArchiveTable.Analyses, request ?? new(Description, Origin, Parts) { Note = new TableNote { LookAhead = 0 } });

    private static StateBlock Block(RecordRange range) => ArchiveExamples.Block(range.FirstTrajectory, range.Steps.Start, (int)range.Steps.Count, 8);

    private static string? FooterOf(string path)
    {
        using var connection = DuckDbDatabase.Shared.Connect();
        using var result =
            connection.Stream($"SELECT decode(value) FROM parquet_kv_metadata({DuckDbConnection.Literal(path)}) WHERE decode(key) = 'coda.look-ahead'");
        return result.Next() ? result.Text(0, 0) : null;
    }
}
