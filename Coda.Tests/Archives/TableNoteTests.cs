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
    public void ARunKeepsTheUnsoundStretchesOfEveryPart()
    {
        using var folder = new TemporaryDirectory();
        using (var run = Open(folder.Path))
        {
            run.Commit(run.Stage(run.Pending[0], [Block(Ranges[0])]), null, [Unsound(0, 50, 60), Unsound(0, 90, 100), Unsound(0, 40, 50)]);
        }

        using (var run = Open(folder.Path))
        {
            run.Commit(run.Stage(run.Pending.Single(), [Block(Ranges[1])]), null, [Unsound(1, 0, 10), Unsound(1, 10, 20, StretchFault.Relaxed)]);
            Assert.IsTrue(run.TrySeal());
        }

        using var archive = ParquetArchive.Open(folder.Path);
        archive.Verify();
        var unsound = archive.Description.NoteOf(ArchiveTable.Analyses).Unsound!;
        CollectionAssert.AreEqual(
            new[] { Unsound(0, 40, 60), Unsound(0, 90, 100), Unsound(1, 0, 10), Unsound(1, 10, 20, StretchFault.Relaxed) }, unsound.Stretches.ToArray());
        Assert.AreEqual(
            "trajectory 0, steps [40, 60) (did not converge); trajectory 0, steps [90, 100) (did not converge); and 2 more",
            unsound.Describe(archive.Description.NameOf, 2));
    }

    [TestMethod]
    public void WhereNothingFailedTheDescriptionHasNoWordOfIt()
    {
        using var folder = new TemporaryDirectory();
        using (var run = Open(folder.Path))
        {
            foreach (var part in run.Pending)
            {
                run.Commit(run.Stage(part, [Block(part.Range)]), [], []);
            }

            Assert.IsTrue(run.TrySeal());
        }

        Assert.DoesNotContain("unsound", File.ReadAllText(folder.File("archive.json")));
        Assert.IsNull(UnsoundStretches.OfParts([null, UnsoundStretches.Of([])]));
    }

    [TestMethod]
    public void ManyUnsoundStretchesAreCountedAndNotListed()
    {
        var few = UnsoundStretches.Of([Unsound(0, 0, 1)])!;
        var many = UnsoundStretches.Of(Enumerable.Range(0, 400).Select(i => Unsound(0, 2 * i, (2 * i) + 1)))!;
        Assert.AreEqual((UnsoundStretches.Most, 100L), (many.Stretches.Count, many.Others));
        var all = UnsoundStretches.OfParts([many, null, few with { Stretches = [Unsound(0, 799, 800)] }, few with { Stretches = [Unsound(0, 800, 810)] }])!;
        Assert.AreEqual((UnsoundStretches.Most, 101L), (all.Stretches.Count, all.Others));
        CollectionAssert.AreEqual(many.Stretches.ToArray(), all.Stretches.ToArray());
    }

    [TestMethod]
    [DataRow(2, 0, 10, 0)]
    [DataRow(0, 95, 105, 0)]
    [DataRow(0, 10, 10, 0)]
    [DataRow(0, 0, 10, -1)]
    public void UnsoundStretchesThatTheRecordCannotHaveAreRefused(int trajectory, int start, int end, int others)
    {
        using var folder = new TemporaryDirectory();
        using var archive = ParquetArchive.Create(folder.Path, Description);
        archive.WriteStates(ArchiveTable.Analyses, [Block(Ranges[0])], new TableNote { LookAhead = 0 });
        CodaJson.WriteWithDigest(folder.File("archive.json"), archive.Description with
        {
            Notes = new() { ["analyses"] = new() { Unsound = new([Unsound(trajectory, start, end)]) { Others = others } } },
        });
        var fault = Assert.ThrowsExactly<ArchiveFormatException>(() => ParquetArchive.Open(folder.Path).Dispose());
        Assert.Contains("expected unsound with 1 to 300 stretches within the record", fault.Message);
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

    private static UnsoundStretch Unsound(int trajectory, long start, long end, StretchFault fault = StretchFault.Failed) =>
        new(trajectory, new(start, end), fault);

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
