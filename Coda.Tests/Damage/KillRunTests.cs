using Coda.Benchmarks.Kills;
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
