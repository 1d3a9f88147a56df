using Coda.Benchmarks.Stores;
using Coda.Data.Archives;
using Coda.Data.Archives.Parts;
using Coda.Data.Archives.Runs;
using Coda.Data.Archives.Stored;
using Coda.Data.Archives.Stores;
using Coda.Data.Time;
using Coda.Tests.Archives;

namespace Coda.Tests.Stores;

/// <summary>Archives in an object store: what they are in a folder, whatever goes wrong on the way.</summary>
[TestClass]
public sealed class S3ArchiveTests
{
    private const int Size = 8;
    private static readonly ArchiveDescription Description = ArchiveExamples.Description(steps: 100, trajectories: 2);
    private static readonly RecordRange[] Ranges = [new(0, 1, new(0, 60)), new(0, 1, new(60, 100)), new(1, 1, new(0, 60)), new(1, 1, new(60, 100))];

    private readonly LoopbackS3 _server = new();

    private string Address => _server.Address("record");

    [TestCleanup]
    public void StopServer() => _server.Dispose();

    [TestMethod]
    [DataRow(ParquetEngine.DuckDb)]
    [DataRow(ParquetEngine.ParquetNet)]
    public void AnArchiveIsTheSameAsInAFolder(ParquetEngine engine)
    {
        using var folder = new TemporaryDirectory();
        Write(folder.Path, engine);
        Write(Address, engine);
        using var here = ParquetArchive.Open(folder.Path, engine);
        using var there = ParquetArchive.Open(Address, engine);
        there.Verify();
        Assert.AreEqual(Address, there.Path);
        Assert.AreEqual(here.Description.DigestOf(ArchiveTable.Observations), there.Description.DigestOf(ArchiveTable.Observations), "One record, wherever it is.");
        CollectionAssert.AreEqual(States(here, ArchiveTable.Truth), States(there, ArchiveTable.Truth));
        for (var trajectory = 0; trajectory < 2; trajectory++)
        {
            var (expected, got) = (here.ReadObservations(trajectory, new(5, 70)), there.ReadObservations(trajectory, new(5, 70)));
            CollectionAssert.AreEqual(expected.Values, got.Values);
            CollectionAssert.AreEqual(expected.Mask, got.Mask);
        }
    }

    [TestMethod]
    public void ATableIsMadePartByPartBySeveralAndSealedByTheLast()
    {
        Write(Address);
        using (var first = Open(Address, shard: new(0, 2)))
        using (var second = Open(Address, shard: new(1, 2)))
        {
            Assert.IsFalse(MakeAll(first));
            Assert.Contains("expected no other process on shard 1/2", Assert.ThrowsExactly<IOException>(() => Open(Address, shard: new(1, 2))).Message);
            Assert.IsTrue(MakeAll(second));
        }

        using var archive = ParquetArchive.Open(Address);
        archive.Verify();
        CollectionAssert.AreEqual(Ranges.SelectMany(range => Block(range).States.ToArray()).ToArray(), States(archive, ArchiveTable.Analyses));
        Assert.IsFalse(_server.Objects.Keys.Any(key => key.Contains("/run/", StringComparison.Ordinal) || key.EndsWith(".lock", StringComparison.Ordinal)),
            string.Join(' ', _server.Objects.Keys));
    }

    [TestMethod]
    public void WhatGoesWrongNowAndThenChangesNothing()
    {
        S3Fault[] faults = [S3Fault.Busy, S3Fault.CutAnswer, S3Fault.CutRequest, S3Fault.CutContent];
        var count = 0;
        _server.Fault = (method, _) => Interlocked.Increment(ref count) is var n && n % 5 != 0 ? S3Fault.None
            : method == "PUT" && faults[n / 5 % 4] == S3Fault.CutContent ? S3Fault.CutAnswer : faults[n / 5 % 4];
        Write(Address);
        using (var run = Open(Address))
        {
            Assert.IsTrue(MakeAll(run));
        }

        _server.Fault = (_, _) => S3Fault.None;
        using var archive = ParquetArchive.Open(Address);
        archive.Verify();
        CollectionAssert.AreEqual(Ranges.SelectMany(range => Block(range).States.ToArray()).ToArray(), States(archive, ArchiveTable.Analyses));
        Assert.IsGreaterThan(100, count);
    }

    [TestMethod]
    public void APartThatChangedIsRefusedByName()
    {
        Write(Address, steps: 70); // no other test's, whose part may have been fetched before
        var part = Part("truth");
        _server.Damage(part, content => [.. content[..300], (byte)(content[300] ^ 1), .. content[301..]]);
        using var archive = ParquetArchive.Open(Address);
        Assert.StartsWith($"s3://{_server.Bucket}/{part}: expected SHA-256 ",
            Assert.ThrowsExactly<ArchiveFormatException>(() => States(archive, ArchiveTable.Truth)).Message);
        Assert.ThrowsExactly<ArchiveFormatException>(archive.Verify);
        _server.Store("record").Delete(part["record/".Length..]);
        Assert.StartsWith($"s3://{_server.Bucket}/{part}: expected the part ",
            Assert.ThrowsExactly<ArchiveFormatException>(() => ParquetArchive.Open(Address)).Message);
    }

    [TestMethod]
    public void AWriterWhoseClaimWasTakenOverSealsNothing()
    {
        Write(Address);
        using var run = Open(Address);
        var staged = run.Stage(run.Pending[0], [Block(run.Pending[0].Range)]);
        var store = _server.Store("record");
        store.Delete("analyses/run/shard-0-of-1.lock");
        Assert.IsNotNull(store.TryReplace("analyses/run/shard-0-of-1.lock", "another 0\n"u8.ToArray(), version: null));
        Assert.Contains("got it taken over by another process", Assert.ThrowsExactly<StoreException>(() => run.Commit(staged)).Message);
        Assert.IsFalse(File.Exists(staged.Path));
        Assert.IsFalse(run.TrySeal());
    }

    [TestMethod]
    public void WhatAKilledWriterLeftIsRemovedOnceItCannotBeNamedAnyMore()
    {
        Write(Address);
        var store = _server.Store("record");
        var left = store.NewName("analyses/part-00000.parquet");
        Assert.IsNotNull(store.TryReplace(left, "left"u8.ToArray(), version: null));
        var before = store.ReadDocument("archive.json")!.Version;
        using (var run = Open(Address))
        {
            Assert.IsNull(store.Find(left));
            Assert.IsTrue(MakeAll(run));
        }

        Assert.AreNotEqual(before, store.ReadDocument("archive.json")!.Version);
        using var archive = ParquetArchive.Open(Address);
        Assert.AreEqual(1, archive.Description.Takeovers);
        archive.Verify();
    }

    [TestMethod]
    public void AWriterWhoseClaimWasTakenOverRemovesNothing()
    {
        Write(Address);
        var store = _server.Store("record");
        using var lost = store.TryClaim("truth/.write.lock")!;
        store.Delete("truth/.write.lock");
        Assert.IsNotNull(store.TryReplace("truth/.write.lock", "another 0\n"u8.ToArray(), version: null));
        var (others, before) = (store.NewName("truth/part-00001.parquet"), store.ReadDocument("archive.json")!.Version);
        Assert.IsNotNull(store.TryReplace(others, "about to be named"u8.ToArray(), version: null));
        Action[] removals =
        [
            () => TableSeal.RemoveUnnamed(store, ArchiveTable.Truth, lost),
            () => TableSeal.RemoveLeft(store, ArchiveTable.Truth, lost),
            () => RunSeal.Discard(store, new RunFolder(store, ArchiveTable.Truth), lost),
        ];
        foreach (var removal in removals)
        {
            Assert.Contains("got it taken over by another process", Assert.ThrowsExactly<StoreException>(removal).Message);
        }

        Assert.IsNotNull(store.Find(others));
        Assert.AreEqual(before, store.ReadDocument("archive.json")!.Version);
    }

    [TestMethod]
    public void AnArchiveIsMadeWholeAndReplacedInOneStep()
    {
        ArchiveFiles.Make(Address, overwrite: false, path => Write(path));
        Assert.Contains("expected no archive, got one",
            Assert.ThrowsExactly<IOException>(() => ArchiveFiles.Make(Address, overwrite: false, path => Write(path))).Message);
        using var before = ParquetArchive.Open(Address);
        Assert.ThrowsExactly<InvalidOperationException>(() => ArchiveFiles.Make(Address, overwrite: true, path =>
        {
            Write(path);
            throw new InvalidOperationException("Stopped.");
        }));
        before.Verify();
        ArchiveFiles.Make(Address, overwrite: true, path => Write(path, steps: 50));
        using var after = ParquetArchive.Open(Address);
        after.Verify();
        Assert.AreEqual(100L, after.RowCount(ArchiveTable.Truth));
        ArchiveFiles.Remove(Address);
        Assert.IsEmpty(_server.Objects);
    }

    [TestMethod]
    public void WhoLostTheClaimToMakeAnArchiveMakesNone()
    {
        var store = _server.Store("record");
        Assert.Contains("got it taken over by another process", Assert.ThrowsExactly<StoreException>(() => ArchiveFiles.Make(Address, overwrite: false, path =>
        {
            Write(path);
            store.Delete(".new.lock");
            Assert.IsNotNull(store.TryReplace(".new.lock", "another 0\n"u8.ToArray(), version: null));
        })).Message);
        Assert.IsNull(store.ReadDocument("archive.json"));
        Assert.IsNotNull(store.ReadDocument(".new.lock"), "What is another's stays.");
    }

    [TestMethod]
    [DataRow("gs://bucket/archive", "expected a directory, or s3://..., got an address of gs.")]
    [DataRow("S3://bucket/archive", "expected a directory, or s3://..., got an address of S3.")]
    [DataRow("s3:/bucket/archive", "expected s3://..., got an address without two slashes.")]
    [DataRow("s3://bucket", "expected s3://BUCKET/FOLDER")]
    [DataRow("s3://bucket/../archive", "expected s3://BUCKET/FOLDER")]
    public void AnAddressThatNobodyKnowsIsRefused(string address, string expected) => Assert.StartsWith(
        $"{address}: {expected}", Assert.ThrowsExactly<ArgumentException>(() => ParquetArchive.Create(address, Description)).Message);

    [TestMethod]
    public void OnlyFootersAreReadToOpenAnArchive()
    {
        Write(Address);
        _server.Requests.Clear();
        using var archive = ParquetArchive.Open(Address);
        Assert.AreEqual(200L, archive.RowCount(ArchiveTable.Truth));
        Assert.IsTrue(_server.Requests.Where(r => r.StartsWith("GET", StringComparison.Ordinal) && r.Contains(".parquet", StringComparison.Ordinal))
            .All(r => r.Contains("Range=bytes=", StringComparison.Ordinal)));
    }

    private static void Write(string path, ParquetEngine engine = ParquetEngine.DuckDb, long steps = 100)
    {
        var description = Description with { Steps = new StepRange(0, steps) };
        using var archive = ParquetArchive.Create(path, description, engine);
        archive.WriteStates(ArchiveTable.Truth, [ArchiveExamples.Block(0, 0, (int)steps, Size), ArchiveExamples.Block(1, 0, (int)steps, Size)]);
        archive.WriteObservations(ArchiveExamples.Stretches(description));
    }

    private static float[] States(ParquetArchive archive, ArchiveTable table) => [.. archive.ReadStates(table).SelectMany(b => b.States.ToArray())];

    private static TableRun Open(string path, Shard? shard = null) => TableRun.Open(
        path, ArchiveTable.Analyses,
        new(Description, new(StringComparer.Ordinal) { ["method"] = "example" }, Ranges.Select((range, number) => new RunPart(number, range)))
        {
            Shard = shard ?? Shard.Whole,
        });

    private static StateBlock Block(RecordRange range) => ArchiveExamples.Block(range.FirstTrajectory, range.Steps.Start, (int)range.Steps.Count, Size);

    private static bool MakeAll(TableRun run)
    {
        foreach (var part in run.Pending)
        {
            run.Commit(run.Stage(part, [Block(part.Range)]));
        }

        return run.TrySeal();
    }

    private string Part(string table) =>
        _server.Objects.Keys.Single(key => key.StartsWith($"record/{table}/", StringComparison.Ordinal) && key.EndsWith(".parquet", StringComparison.Ordinal));
}
