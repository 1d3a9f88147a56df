using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Archives.Runs;
using Coda.Data.Archives.Stored;
using Coda.Data.Time;

namespace Coda.Tests.Archives;

[TestClass]
public sealed class TableRunTests
{
    private const int Size = 5;
    private static readonly ArchiveDescription Description = ArchiveExamples.Description(steps: 100, trajectories: 2);
    private static readonly RecordRange[] Ranges = [new(0, 1, new(0, 60)), new(0, 1, new(60, 100)), new(1, 1, new(0, 60)), new(1, 1, new(60, 100))];

    [TestMethod]
    public void ATableMadePartByPartIsTheOneWrittenAtOnce()
    {
        using var folder = new TemporaryDirectory();
        using (var run = Open(folder.Path))
        {
            Assert.HasCount(4, run.Pending);
            foreach (var part in run.Pending)
            {
                Assert.IsFalse(run.TrySeal(), "A part is missing.");
                Make(run, part);
            }

            Assert.IsFalse(File.Exists(folder.File("archive.json")), "The table appears when it is whole.");
            Assert.IsTrue(run.TrySeal());
        }

        Assert.IsFalse(Directory.Exists(folder.File("analyses", "run")));
        using var archive = ParquetArchive.Open(folder.Path);
        archive.Verify();
        Assert.AreEqual(200L, archive.RowCount(ArchiveTable.Analyses));
        Assert.AreEqual("example", archive.Description.Origins!["analyses"]["method"]);
        foreach (var range in Ranges)
        {
            var got = archive.ReadStates(ArchiveTable.Analyses, range.FirstTrajectory, range.Steps).SelectMany(b => b.States.ToArray());
            CollectionAssert.AreEqual(Block(range).States.ToArray(), got.ToArray());
        }
    }

    [TestMethod]
    public void WhatIsThereIsNotMadeAgain()
    {
        using var folder = new TemporaryDirectory();
        using (var run = Open(folder.Path))
        {
            Make(run, run.Pending[2]);
            run.Stage(run.Pending[1], [Block(run.Pending[1].Range)]); // written, but never committed
        }

        using (var run = Open(folder.Path, ranges: [RecordRange.Whole(Description)]))
        {
            CollectionAssert.AreEqual(new[] { 0, 1, 3 }, run.Pending.Select(p => p.Number).ToArray(), "The plan that is there counts.");
            Assert.IsEmpty(Directory.GetFiles(folder.File("analyses"), "*.partial"));
            MakeAll(run);
        }

        using (var again = Open(folder.Path))
        {
            Assert.IsTrue(again.IsSealed, "The same table from the same origin is there.");
            Assert.IsEmpty(again.Pending);
        }

        using var anew = Open(folder.Path, anew: true);
        Assert.HasCount(4, anew.Pending);
        Assert.AreEqual(4, anew.Pending[0].Number, "Readers of the table that is there keep its files.");
    }

    [TestMethod]
    public void ShardsMakeEveryPartOnceAndTheLastSeals()
    {
        using var folder = new TemporaryDirectory();
        using (var first = Open(folder.Path, shard: new(0, 3)))
        using (var second = Open(folder.Path, shard: new(1, 3)))
        using (var third = Open(folder.Path, shard: new(2, 3)))
        {
            CollectionAssert.AreEquivalent(new[] { 0, 1, 2, 3 }, first.Pending.Concat(second.Pending).Concat(third.Pending).Select(p => p.Number).ToArray());
            Assert.IsFalse(MakeAll(second));
            Assert.IsFalse(MakeAll(first));
            Assert.IsTrue(MakeAll(third));
            Assert.IsTrue(first.TrySeal(), "Another has.");
        }

        Assert.IsFalse(Directory.Exists(folder.File("analyses", "run")));
        using (var late = Open(folder.Path, shard: new(1, 3)))
        {
            Assert.IsTrue(late.IsSealed, "A shard that is started again afterwards has nothing to do.");
        }

        using var archive = ParquetArchive.Open(folder.Path);
        archive.Verify();
    }

    [TestMethod]
    public void AReaderSeesTheTableBeforeUntilTheNextIsWhole()
    {
        using var folder = new TemporaryDirectory();
        using (var run = Open(folder.Path))
        {
            MakeAll(run);
        }

        using (var next = Open(folder.Path, "other"))
        {
            Make(next, next.Pending[0]);
            using var before = ParquetArchive.Open(folder.Path);
            before.Verify();
            Assert.AreEqual("example", before.Description.Origins!["analyses"]["method"]);
            Expect<IOException>("unfinished run", () => before.WriteStates(ArchiveTable.Analyses, [Block(Ranges[0])]));
            before.WriteStates(ArchiveTable.Forecasts, [Block(Ranges[0]) with { Lead = 3 }]);
        }

        using (var next = Open(folder.Path, "other"))
        {
            MakeAll(next);
        }

        using var archive = ParquetArchive.Open(folder.Path);
        archive.Verify();
        Assert.AreEqual("other", archive.Description.Origins!["analyses"]["method"]);
        Assert.AreEqual(60L, archive.RowCount(ArchiveTable.Forecasts), "Another table that was written meanwhile stays.");
        Assert.HasCount(4, Directory.GetFiles(folder.File("analyses"), "*.parquet"), "The parts of the table before are gone.");
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void KilledBetweenSealingAndTidyingTheTableIsWhole(bool hasNote)
    {
        using var folder = new TemporaryDirectory();
        var note = hasNote ? new TableNote { LookAhead = 3 } : null;
        using (var run = Open(folder.Path, note: note))
        {
            foreach (var part in run.Pending)
            {
                Make(run, part);
            }
        }

        // Sealed, with the folder of the run still there, as a process killed just then leaves it.
        var kept = Directory.GetFiles(folder.File("analyses", "run"), "*.json").ToDictionary(f => f, File.ReadAllBytes);
        using (var run = Open(folder.Path, note: note))
        {
            Assert.IsTrue(run.TrySeal());
        }

        Directory.CreateDirectory(folder.File("analyses", "run"));
        foreach (var (path, bytes) in kept)
        {
            File.WriteAllBytes(path, bytes);
        }

        using (var run = Open(folder.Path, note: note))
        {
            Assert.IsEmpty(run.Pending);
            Assert.IsTrue(run.TrySeal());
        }

        using var archive = ParquetArchive.Open(folder.Path);
        archive.Verify();
        Assert.AreEqual(200L, archive.RowCount(ArchiveTable.Analyses));
    }

    [TestMethod]
    public void RunsOfDifferentOriginAreNotMixed()
    {
        using var folder = new TemporaryDirectory();
        using (var run = Open(folder.Path))
        {
            Make(run, run.Pending[0]);
        }

        Expect<IOException>("method other instead of example", () => Open(folder.Path, "other"));
        using var anew = Open(folder.Path, "other", anew: true);
        Assert.HasCount(4, anew.Pending);
    }

    [TestMethod]
    public void APlanOfWhichNothingWasMadeBindsNobody()
    {
        using var folder = new TemporaryDirectory();
        using (Open(folder.Path))
        {
        }

        using var run = Open(folder.Path, "other");
        Assert.IsTrue(MakeAll(run));
    }

    [TestMethod]
    public void ARunWhosePlanWasRemovedDoesNotPassForDone()
    {
        using var folder = new TemporaryDirectory();
        using var run = Open(folder.Path);
        Make(run, run.Pending[0]);
        Directory.Delete(folder.File("analyses", "run"), recursive: true);
        Expect<IOException>("expected the plan of this run", () => run.TrySeal());
    }

    [TestMethod]
    public void TablesThatAreSealedOneAfterAnotherBothCount()
    {
        using var folder = new TemporaryDirectory();
        foreach (var i in new[] { 0, 1 }) // forecasts stand on analyses, and are refused where these come meanwhile
        {
            using var run = TableRun.Open(
                folder.Path, i == 0
                    ? ArchiveTable.Analyses : ArchiveTable.Forecasts, new(Description, new(StringComparer.Ordinal) { ["method"] = "example" }, Parts(Ranges)));
            Assert.IsTrue(MakeAll(run));
        }
        using var archive = ParquetArchive.Open(folder.Path);
        archive.Verify();
        Assert.AreEqual(200L, archive.RowCount(ArchiveTable.Analyses));
        Assert.AreEqual(200L, archive.RowCount(ArchiveTable.Forecasts));
    }

    [TestMethod]
    public void WhatAnotherTableSaysOfItselfMeanwhileIsNoOtherArchive()
    {
        using var folder = new TemporaryDirectory();
        using (var first = Open(folder.Path))
        {
            MakeAll(first);
        }

        using var run = Open(folder.Path, method: "other");
        using (var forecasts = TableRun.Open(
            folder.Path, ArchiveTable.Forecasts,
            new(Description, new(StringComparer.Ordinal) { ["method"] = "example" }, Parts(Ranges)) { Note = new() { LookAhead = 0 } }))
        {
            Assert.IsTrue(MakeAll(forecasts));
        }

        Assert.IsTrue(MakeAll(run), "Forecasts do not change what analyses stand on.");
    }

    [TestMethod]
    public void ObservationsThatWereReplacedMeanwhileAreNoticed()
    {
        using var folder = new TemporaryDirectory();
        using var archive = ParquetArchive.Create(folder.Path, Description);
        archive.WriteObservations(ArchiveExamples.Stretches(Description));
        using var before = ParquetArchive.Open(folder.Path);
        before.RequireSame(ArchiveTable.Observations);
        archive.WriteObservations(ArchiveExamples.Stretches(Description with { Steps = new(0, 90) }));
        Expect<ArchiveFormatException>("got others", () => before.RequireSame(ArchiveTable.Observations));
    }

    [TestMethod]
    public void TwoProcessesOnOneShardAreRefused()
    {
        using var folder = new TemporaryDirectory();
        using var run = Open(folder.Path, shard: new(0, 2));
        Expect<IOException>("shard 0/2", () => Open(folder.Path, shard: new(0, 2)));
        Expect<IOException>("another number of shards than 1", () => Open(folder.Path));
    }

    [TestMethod]
    public void DamagedManifestsAndMissingPartsAreNamed()
    {
        using var folder = new TemporaryDirectory();
        using (var run = Open(folder.Path))
        {
            Make(run, run.Pending[0]);
            Make(run, run.Pending[1]);
        }

        var manifest = folder.File("analyses", "run", "part-00001.json");
        var text = File.ReadAllText(manifest);
        File.WriteAllText(manifest, text[..(text.Length / 2)]);
        Expect<ArchiveFormatException>("Delete part-00001.json", () => Open(folder.Path));
        Expect<ArchiveFormatException>("Delete part-00001.json", () => RunCheck.Check(folder.Path, ArchiveTable.Analyses));
        File.WriteAllText(manifest, text);

        var part = folder.File("analyses", "part-00001.parquet");
        var bytes = File.ReadAllBytes(part);
        File.Delete(part);
        Expect<ArchiveFormatException>("got no such file. Delete part-00001.json", () => Open(folder.Path));
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(part, bytes);
        Expect<ArchiveFormatException>("SHA-256", () => RunCheck.Check(folder.Path, ArchiveTable.Analyses));

        File.Delete(manifest);
        var status = RunCheck.Check(folder.Path, ArchiveTable.Analyses)!;
        CollectionAssert.AreEqual(new[] { 1, 2, 3 }, status.Missing.Select(p => p.Number).ToArray());
        using (var run = Open(folder.Path))
        {
            foreach (var missing in run.Pending)
            {
                Make(run, missing);
            }
        }

        Assert.IsTrue(RunCheck.Check(folder.Path, ArchiveTable.Analyses)!.IsSealed, "The check seals what is whole.");
        Assert.IsNull(RunCheck.Check(folder.Path, ArchiveTable.Analyses));
        using var archive = ParquetArchive.Open(folder.Path);
        archive.Verify();
    }

    [TestMethod]
    public void WhatChangedBeforeTheSealIsNotSealed()
    {
        using var folder = new TemporaryDirectory();
        using var run = Open(folder.Path);
        foreach (var pending in run.Pending)
        {
            Make(run, pending);
        }

        var part = folder.File("analyses", "part-00001.parquet");
        var bytes = File.ReadAllBytes(part);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(part, bytes);
        Expect<ArchiveFormatException>("part-00001.parquet: expected SHA-256", () => run.TrySeal());
        Assert.IsFalse(File.Exists(folder.File("archive.json")));
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(part, bytes);

        var manifest = folder.File("analyses", "run", "part-00002.json");
        var text = File.ReadAllText(manifest);
        File.WriteAllText(manifest, System.Text.RegularExpressions.Regex.Replace(Digests.Without(text), "\"[0-9a-f]{64}\"", $"\"{new string('0', 64)}\""));
        Expect<ArchiveFormatException>("part-00002.parquet: expected SHA-256 0000", () => run.TrySeal());
        File.WriteAllText(manifest, text);
        Assert.IsTrue(run.TrySeal());
    }

    [TestMethod]
    public void PartsThatAreNotWholeAreRefused()
    {
        using var folder = new TemporaryDirectory();
        using var run = Open(folder.Path);
        var part = run.Pending[1];
        Expect<ArgumentException>("expected 40 states", () => run.Stage(part, [Block(new(0, 1, new(60, 90)))]));
        Expect<ArgumentException>("got none", () => run.Stage(part, []));
        Expect<ArgumentException>("got some of trajectory 0, steps [50, 100)", () => run.Stage(part, [Block(new(0, 1, new(50, 100)))]));
        Expect<ArgumentException>("sorted", () => run.Stage(part, [Block(new(0, 1, new(60, 80))), Block(new(0, 1, new(60, 80)))]));
        Assert.IsEmpty(Directory.GetFiles(folder.File("analyses"), "part-*"));
    }

    [TestMethod]
    [DataRow("3/16", 3, 16)]
    [DataRow("/4", 2, 4)]
    public void ShardsAreRead(string text, int index, int count)
    {
        Assert.AreEqual(new Shard(index, count), Shard.Parse(text, name => name == "SLURM_ARRAY_TASK_ID" ? "7" : name == "SLURM_ARRAY_TASK_MIN" ? "5" : null));
        Assert.AreEqual(new Shard(index, count), Shard.Parse(text, name => name == "JOB_COMPLETION_INDEX" ? "2" : null));
        Assert.AreEqual(new Shard(index, count), Shard.Parse(text, name => name == "PMI_RANK" ? "2" : null));
    }

    [TestMethod]
    public void APlanThatIsNotOfItsWholeTableIsRefused()
    {
        using var folder = new TemporaryDirectory();
        using (var run = Open(folder.Path))
        {
            Make(run, run.Pending[0]);
        }

        var path = folder.File("analyses", "run", "plan.json");
        var whole = File.ReadAllText(path);
        foreach (var (change, said) in new (Action<JsonObject>, string)[]
        {
            (plan => plan["parts"] = new JsonArray(), "parts: expected at least one part, got none"),
            (plan => plan["parts"]!.AsArray().RemoveAt(1), "parts: expected parts that fill trajectories [0, 2), steps [0, 100), 200 states, got 160"),
            (plan => plan["parts"]![1]!["number"] = 0, "parts[1].number: expected numbers of at least 0 that rise, got 0"),
            (plan => plan["parts"]![1]!["range"]!["steps"]!["end"] = 101, "parts[1].range: expected one within trajectories [0, 2), steps [0, 100)"),
            (plan => plan["parts"]![0]!["range"]!["trajectoryCount"] = int.MaxValue, "parts[0].range: expected one within"),
            (plan => plan["parts"]![0]!["range"]!.AsObject().Remove("steps"), "parts[0].range.steps: expected an object, got nothing"),
            (plan => plan.Remove("parts"), "parts: expected a list, got nothing"),
        })
        {
            var plan = JsonNode.Parse(whole)!.AsObject();
            change(plan);
            File.WriteAllText(path, plan.ToJsonString());
            Expect<ArchiveFormatException>(said, () => Open(folder.Path));
            Expect<ArchiveFormatException>($"Delete the folder {folder.File("analyses", "run")} to begin the run anew.", () =>
                RunCheck.Check(folder.Path, ArchiveTable.Analyses));
        }
    }

    [TestMethod]
    public void PartsOfForecastsHoldWhatTheirPlanCounts()
    {
        using var folder = new TemporaryDirectory();
        using (var run = OpenForecasts())
        {
            Expect<ArgumentException>("expected 2 states", () => run.Stage(run.Pending[0], [Start(0, 10, 0)]));
            run.Commit(run.Stage(run.Pending[1], [Start(0, 50, 0), Start(0, 50, 4)]));
        }

        var path = folder.File("forecasts", "run", "plan.json");
        var whole = File.ReadAllText(path);
        foreach (var (change, said) in new (Action<JsonNode>, string)[]
        {
            (plan => plan["parts"]![1]!["rows"] = 0, "parts[1].rows: expected at least 1"),
            (plan => plan["parts"]![1]!.AsObject().Remove("rows"), "parts[1].rows: expected at least 1, or none in any part"),
            (plan => plan["parts"]![1]!["range"]!["steps"]!["start"] = 39, "parts: expected one after trajectories [0, 1), steps [0, 40)"),
        })
        {
            var plan = JsonNode.Parse(whole)!;
            change(plan);
            File.WriteAllText(path, plan.ToJsonString());
            Expect<ArchiveFormatException>(said, () => OpenForecasts());
        }

        File.WriteAllText(path, whole);
        using (var run = OpenForecasts())
        {
            Assert.AreEqual(0, run.Pending.Single().Number);
            run.Commit(run.Stage(run.Pending[0], [Start(0, 10, 0), Start(0, 10, 4)]));
            Assert.IsTrue(run.TrySeal());
        }

        using var archive = ParquetArchive.Open(folder.Path);
        archive.Verify();
        CollectionAssert.AreEqual(
            new[] { (10L, 0), (10L, 4), (50L, 0), (50L, 4) }, archive.ReadStates(ArchiveTable.Forecasts).Select(b => (b.FirstStep, b.Lead)).ToArray());

        TableRun OpenForecasts() => TableRun.Open(
            folder.Path, ArchiveTable.Forecasts, new(
                Description, new(StringComparer.Ordinal) { ["method"] = "example" }, [new(0, new(0, 1, new(0, 40)), 2), new(1, new(0, 1, new(40, 100)), 2)]));

        static StateBlock Start(int trajectory, long step, int lead) => ArchiveExamples.Block(trajectory, step, 1, Size) with { Lead = lead };
    }

    [TestMethod]
    public void ARunThatMadeNothingLeavesNothing()
    {
        using var folder = new TemporaryDirectory();
        using (var run = Open(folder.Path, shard: new(0, 2)))
        {
            Open(folder.Path, shard: new(1, 2)).Dispose();
            Assert.IsTrue(File.Exists(folder.File("analyses", "run", "plan.json")), "The other shard is at it.");
        }

        Assert.IsFalse(Directory.Exists(folder.File("analyses", "run")));
    }

    [TestMethod]
    [DataRow("3", "INDEX/COUNT")]
    [DataRow("4/4", "[0, 4)")]
    [DataRow("-1/4", "a number before the slash")]
    [DataRow("1/0", "INDEX/COUNT")]
    [DataRow("/4", "SLURM_ARRAY_TASK_ID")]
    public void ShardsThatAreNoneAreRefused(string text, string said) => Expect<ArgumentException>(said, () => Shard.Parse(text, _ => null));

    private static TableRun Open(string path, string method = "example", Shard? shard = null, bool anew = false, RecordRange[]? ranges = null,
        TableNote? note = null) => TableRun.Open(
        path, ArchiveTable.Analyses,
            new(Description, new(StringComparer.Ordinal) { ["method"] = method }, Parts(ranges ?? Ranges)) { Shard = shard ?? Shard.Whole,
                IsRestarted = anew, Note = note });

    private static IEnumerable<RunPart> Parts(RecordRange[] ranges) => ranges.Select((range, number) => new RunPart(number, range));

    private static StateBlock Block(RecordRange range) => ArchiveExamples.Block(range.FirstTrajectory, range.Steps.Start, (int)range.Steps.Count, Size);

    private static void Make(TableRun run, RunPart part) => run.Commit(run.Stage(part, [Block(part.Range)]));

    private static bool MakeAll(TableRun run)
    {
        foreach (var part in run.Pending)
        {
            Make(run, part);
        }

        return run.TrySeal();
    }

    private static void Expect<T>(string said, Action action)
        where T : Exception => Assert.Contains(said, Assert.Throws<T>(action).Message);
}
