using Coda.Data.Archives;
using Coda.Data.Archives.Runs;
using Coda.Data.Archives.Stored;
using Coda.Data.Foundation;
using Coda.Data.Time;

namespace Coda.Tests.Archives;

[TestClass]
public sealed class ArchiveFilesTests
{
    private const int Size = 8;

    [TestMethod]
    public void OfTwoThatMakeOneArchiveOneIsRefused()
    {
        using var folder = new TemporaryDirectory();
        ArchiveFiles.Make(folder.File("out"), overwrite: false, staged =>
        {
            Write(staged, steps: 30);
            foreach (var overwrite in new[] { false, true })
            {
                var fault = Assert.ThrowsExactly<IOException>(() => ArchiveFiles.Make(folder.File("out"), overwrite, _ => Assert.Fail("Both are at it.")));
                Assert.Contains("expected no other process that makes this archive", fault.Message);
            }
        });
        Assert.AreEqual(30L, Rows(folder.File("out")));
        CollectionAssert.AreEquivalent(new[] { "archive.json", "observations", "truth" }, Names(folder.File("out")));
        CollectionAssert.AreEqual(new[] { "out" }, Names(folder.Path));
    }

    [TestMethod]
    public void OverwritingReplacesTheArchiveAndNothingElse()
    {
        using var folder = new TemporaryDirectory();
        string[] own =
        [
            folder.File("out.partial", "notes.txt"), folder.File("out", "notes.txt"), folder.File("out", "data.2020.partial"),
            folder.File("out", "truth", "part-of-mine.parquet"),
            folder.File("out", "truth", "data.2020.partial"), folder.File("out", "observations", "part-00000.parquet.partial"),
            folder.File("out", "new.partial", "a"),
        ];
        Make(folder.File("out"), steps: 30);
        using (var archive = ParquetArchive.Open(folder.File("out")))
        {
            archive.WriteStates(ArchiveTable.Analyses, [ArchiveExamples.Block(0, 0, 10, Size)]);
        }

        foreach (var path in own)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, "mine");
        }

        Make(folder.File("out"), steps: 50, overwrite: true);
        Assert.AreEqual(50L, Rows(folder.File("out")));
        Assert.IsTrue(own.All(path => File.Exists(path) && File.ReadAllText(path) == "mine"), "Only what Coda wrote may go.");
        Assert.IsFalse(Directory.Exists(folder.File("out", "analyses")), "The analyses were of the archive before.");
        Assert.HasCount(3, Directory.GetFiles(folder.File("out", "truth")));
        using var reopened = ParquetArchive.Open(folder.File("out"));
        reopened.Verify();
        reopened.WriteStates(ArchiveTable.Truth, [ArchiveExamples.Block(0, 0, 50, Size)]);
        Assert.IsTrue(own.All(File.Exists));
    }

    [TestMethod]
    public void ALinkStaysALink()
    {
        using var folder = new TemporaryDirectory();
        foreach (var (link, target) in new[] { ("there", "disk"), ("dangling", "later") })
        {
            Directory.CreateSymbolicLink(folder.File(link), folder.File(target));
            if (link == "there")
            {
                Directory.CreateDirectory(folder.File(target));
            }

            Make(folder.File(link), steps: 30);
            Make(folder.File(link), steps: 50, overwrite: true);
            Assert.IsNotNull(new DirectoryInfo(folder.File(link)).LinkTarget);
            Assert.AreEqual(50L, Rows(folder.File(target)));
        }
    }

    [TestMethod]
    public void AFailureLeavesWhatWasThere()
    {
        using var folder = new TemporaryDirectory();
        Assert.ThrowsExactly<InvalidOperationException>(() => ArchiveFiles.Make(folder.File("out"), overwrite: false, Fail));
        Assert.IsEmpty(Names(folder.Path));
        Make(folder.File("out"), steps: 30);
        Assert.ThrowsExactly<InvalidOperationException>(() => ArchiveFiles.Make(folder.File("out"), overwrite: true, Fail));
        Assert.ThrowsExactly<IOException>(() => Make(folder.File("out"), steps: 50));
        Assert.AreEqual(30L, Rows(folder.File("out")));
        CollectionAssert.AreEquivalent(new[] { "archive.json", "observations", "truth" }, Names(folder.File("out")));

        static void Fail(string staged)
        {
            Write(staged, steps: 50);
            throw new InvalidOperationException("The disk is full.");
        }
    }

    [TestMethod]
    public void WhatAKilledProcessLeftIsRemoved()
    {
        using var folder = new TemporaryDirectory();
        var staged = folder.File("out", "new.7fffffff-0123456789abcdef0123456789abcdef.partial");
        Write(staged, steps: 30);
        Directory.CreateDirectory(folder.File("out", "truth"));
        File.Move(Path.Combine(staged, "truth", "part-00000.parquet"), folder.File("out", "truth", "part-00000.parquet")); // killed between two parts
        File.WriteAllBytes(folder.File("out", "truth", ".write.lock"), new byte[7]);
        File.WriteAllBytes(folder.File("out", ".archive.lock"), new byte[7]);
        File.WriteAllText(folder.File("out", "archive.json.7fffffff-0123456789abcdef0123456789abcdef.partial"), "{");
        Make(folder.File("out"), steps: 50);
        Assert.AreEqual(50L, Rows(folder.File("out")));
        CollectionAssert.AreEquivalent(new[] { "archive.json", "observations", "truth" }, Names(folder.File("out")));
    }

    [TestMethod]
    public void AnArchiveThatIsBeingWrittenIsNotReplaced()
    {
        using var folder = new TemporaryDirectory();
        Make(folder.File("out"), steps: 30);
        using (var run = Run(folder.File("out")))
        {
            run.Commit(run.Stage(run.Pending[0], [ArchiveExamples.Block(0, 0, 30, Size)]));
            Assert.Contains("no other process that writes this table",
                Assert.ThrowsExactly<IOException>(() => Make(folder.File("out"), 50, overwrite: true)).Message);
        }

        using (var archive = ParquetArchive.Open(folder.File("out")))
        {
            archive.WriteStates(ArchiveTable.Forecasts, Forecasts());
        }

        Assert.IsTrue(File.Exists(folder.File("out", "analyses", "run", "plan.json")));
        Make(folder.File("out"), steps: 50, overwrite: true);
        Assert.IsFalse(Directory.Exists(folder.File("out", "analyses")), "An unfinished run at which nobody is goes with the archive.");

        IEnumerable<StateBlock> Forecasts()
        {
            yield return ArchiveExamples.Block(0, 0, 1, Size);
            Assert.Contains("no other process that writes this table",
                Assert.ThrowsExactly<IOException>(() => Make(folder.File("out"), 50, overwrite: true)).Message);
            yield return ArchiveExamples.Block(0, 1, 1, Size);
        }
    }

    [TestMethod]
    public void ATableIsWrittenByOneAtATime()
    {
        using var folder = new TemporaryDirectory();
        Make(folder.File("out"), steps: 30);
        using var first = ParquetArchive.Open(folder.File("out"));
        using var second = ParquetArchive.Open(folder.File("out"));
        first.WriteStates(ArchiveTable.Analyses, Blocks());
        Assert.AreEqual(10L, first.RowCount(ArchiveTable.Analyses));
        first.Verify();
        using var run = Run(folder.File("out"));
        Assert.Contains("unfinished run",
            Assert.ThrowsExactly<IOException>(() => first.WriteStates(ArchiveTable.Analyses, [ArchiveExamples.Block(0, 0, 5, Size)])).Message);

        IEnumerable<StateBlock> Blocks()
        {
            yield return ArchiveExamples.Block(0, 0, 5, Size);
            string[] faults =
            [
                Assert.ThrowsExactly<IOException>(() => second.WriteStates(ArchiveTable.Analyses, [ArchiveExamples.Block(0, 0, 5, Size)])).Message,
                Assert.ThrowsExactly<IOException>(() => Run(folder.File("out"))).Message,
            ];
            Assert.IsTrue(faults.All(f => f.Contains("expected no other process that writes this table", StringComparison.Ordinal)), string.Join('\n', faults));
            yield return ArchiveExamples.Block(0, 5, 5, Size);
        }
    }

    [TestMethod]
    public void TheTruthOfOneRecordIsNotPutBesideTheObservationsOfAnother()
    {
        using var folder = new TemporaryDirectory();
        var description = ArchiveExamples.Description(steps: 30);
        using var first = ParquetArchive.Create(folder.Path, description);
        using var second = ParquetArchive.Create(folder.Path, description);
        first.WriteStates(ArchiveTable.Truth, [ArchiveExamples.Block(0, 0, 30, Size)]);
        second.WriteStates(ArchiveTable.Truth, [ArchiveExamples.Block(0, 0, 20, Size)]);
        Assert.Contains("got one with other truth",
            Assert.ThrowsExactly<IOException>(() => first.WriteObservations(ArchiveExamples.Stretches(description))).Message);
        second.WriteObservations(ArchiveExamples.Stretches(description));
        using var reopened = ParquetArchive.Open(folder.Path);
        reopened.Verify();
        Assert.AreEqual(20L, reopened.RowCount(ArchiveTable.Truth));
    }

    [TestMethod]
    public void EstimatesOfAnArchiveThatWasReplacedAreRefused()
    {
        using var folder = new TemporaryDirectory();
        Make(folder.File("out"), steps: 30);
        using var before = ParquetArchive.Open(folder.File("out"));
        Make(folder.File("out"), steps: 50, overwrite: true);
        var fault = Assert.ThrowsExactly<IOException>(() => before.WriteStates(ArchiveTable.Analyses, [ArchiveExamples.Block(0, 0, 10, Size)]));
        Assert.Contains("got one with another description. Run the command again.", fault.Message);
        Assert.IsEmpty(Directory.GetFiles(folder.File("out", "analyses")));
    }

    [TestMethod]
    public void RemovingTakesTheArchiveOnly()
    {
        using var folder = new TemporaryDirectory();
        Make(folder.File("bare"), steps: 30);
        Make(folder.File("mixed"), steps: 30);
        File.WriteAllText(folder.File("mixed", "truth", "notes.txt"), "mine");
        foreach (var name in new[] { "bare", "mixed", "none" })
        {
            ArchiveFiles.Remove(folder.File(name));
        }

        CollectionAssert.AreEqual(new[] { folder.File("mixed", "truth", "notes.txt") }, Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories));
        Assert.IsFalse(Directory.Exists(folder.File("bare")));
    }

    private static TableRun Run(string path) => TableRun.Open(path, ArchiveTable.Analyses, new(
        ArchiveExamples.Description(steps: 30), new(StringComparer.Ordinal) { ["method"] = "example" },
        [new RunPart(0, new RecordRange(0, 1, new StepRange(0, 30)))]));

    private static void Make(string path, int steps, bool overwrite = false) => ArchiveFiles.Make(path, overwrite, staged => Write(staged, steps));

    private static void Write(string path, int steps)
    {
        var description = ArchiveExamples.Description(steps: steps);
        using var archive = ParquetArchive.Create(path, description);
        archive.WriteStates(ArchiveTable.Truth, [ArchiveExamples.Block(0, 0, steps, Size)]);
        archive.WriteObservations(ArchiveExamples.Stretches(description));
    }

    private static long Rows(string path)
    {
        using var archive = ParquetArchive.Open(path);
        archive.Verify();
        return archive.RowCount(ArchiveTable.Truth);
    }

    private static string[] Names(string path) => [.. Directory.EnumerateFileSystemEntries(path).Select(entry => Path.GetFileName(entry))];
}
