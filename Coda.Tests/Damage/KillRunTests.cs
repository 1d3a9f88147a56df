using Coda.Benchmarks.Kills;
using Coda.Data.Archives.Stored;
using Coda.Data.Foundation;
using Coda.Tests.Archives;

namespace Coda.Tests.Damage;

/// <summary>Commands that are killed in the middle of a call of the system, or while a store answers. The benchmark <c>kills</c> does it a thousand
/// times.</summary>
[TestClass]
public sealed class KillRunTests
{
    // In the middle of a part, before a manifest has its name, and while the folder of the run is removed; while a part is put, and after the description was.
    [TestMethod]
    [DataRow("analyze", "Write:5", "Rename:3", "Remove:10")]
    [DataRow("analyze, S3", "Put:4", "PutUnanswered:9")]
    public void WhatAKilledCommandLeavesIsWholeAndComesToTheSameBits(string name, params string[] points)
    {
        using var folder = new TemporaryDirectory();
        KillScenes.MakeBed(folder.File("bed"));
        using var worker = new KillWorker(folder.Path, 0);
        var runner = Runner(worker, name, folder.File("bed"));
        Assert.IsGreaterThan(20L, runner.Counts.Sum());
        var result = runner.Run([.. points.Select(KillPoint.Parse)]);
        Assert.HasCount(points.Length, result.Points, "A point was not reached.");
        Assert.AreEqual("", string.Join("; ", result.Faults.Select(f => $"{f.Verdict}: {f.Detail}")));
    }

    // What is not as it was before, nor as the command makes it, is noticed.
    [TestMethod]
    public void AFileThatIsCutUnderItsFinalNameIsNoticed()
    {
        using var folder = new TemporaryDirectory();
        KillScenes.MakeBed(folder.Path);
        SortedDictionary<string, byte[]> made = [];
        foreach (var file in Directory.GetFiles(folder.File("record"), "*", SearchOption.AllDirectories))
        {
            made[Path.GetRelativePath(folder.File("record"), file)] = File.ReadAllBytes(file);
        }

        var judge = new KillJudge(new Dictionary<string, byte[]>(), made);
        Assert.IsEmpty(judge.Killed(made, folder.File("record")));
        Assert.IsEmpty(judge.Ended(made));
        var part = made.Keys.First(name => name.EndsWith(".parquet", StringComparison.Ordinal));
        var whole = made[part];
        File.WriteAllBytes(folder.File("record", part), whole[..^9]);
        made[part] = whole[..^9];
        Assert.HasCount(2, judge.Killed(made, folder.File("record")).ToList(), "The part is none that is known, and the archive is not whole.");
        made.Remove(part);
        Assert.Contains(KillVerdict.Lost, judge.Ended(made).Select(f => f.Verdict).ToList());
        made["observations/part-00009.parquet.1f-0123456789abcdef0123456789abcdef.partial"] = [];
        Assert.Contains(KillVerdict.Left, judge.Ended(made).Select(f => f.Verdict).ToList());
    }

    // Both have their magic words at both ends, or parse, and are not what they were.
    [TestMethod]
    public void TablesAndDocumentsThatWereChangedAreNoticed()
    {
        using var folder = new TemporaryDirectory();
        var results = folder.File("results.parquet");
        CodaJson.WriteWithDigest(folder.File("card.json"), new Dictionary<string, int> { ["seed"] = 1 });
        byte[] card = File.ReadAllBytes(folder.File("card.json"));
        byte[] whole = Written(1, 7), later = Written(1, 8), other = Written(2, 7);
        var judge = new KillJudge(new Dictionary<string, byte[]>(), new Dictionary<string, byte[]> { ["results.parquet"] = whole });
        Assert.IsEmpty(Ended(later), "Times do not count.");
        Assert.HasCount(1, Ended(other));
        byte[] hollow = [.. whole];
        Array.Clear(hollow, 4, hollow.Length - 8);
        Assert.HasCount(1, Ended(hollow));
        Assert.HasCount(1, judge.Killed(new Dictionary<string, byte[]> { ["results.parquet"] = hollow }, folder.Path).ToList());
        Assert.IsEmpty(judge.Killed(new Dictionary<string, byte[]> { ["results.parquet"] = other }, folder.Path), "It holds what there is so far.");
        Assert.IsTrue(KilledFiles.IsWhole("card.json", card));
        Assert.IsFalse(KilledFiles.IsWhole("card.json", [.. card.Select(b => b == (byte)'1' ? (byte)'2' : b)]));
        Assert.IsFalse(KilledFiles.IsWhole("card.json", card[..^3]));

        byte[] Written(double score, double minutes)
        {
            NumberTable.Write(results, ["seed", "rmse", "core_minutes"], [[1, score, minutes]]);
            return File.ReadAllBytes(results);
        }

        List<(KillVerdict, string)> Ended(byte[] content) => [.. judge.Ended(new Dictionary<string, byte[]> { ["results.parquet"] = content })];
    }

    private static KillRunner Runner(KillWorker worker, string name, string bed)
    {
        try
        {
            return worker.Of(KillScenes.All.Single(s => s.Name == name), bed);
        }
        catch (InvalidOperationException fault) when (fault.Message.Contains("C compiler", StringComparison.Ordinal))
        {
            Assert.Inconclusive(fault.Message);
            throw;
        }
    }
}
