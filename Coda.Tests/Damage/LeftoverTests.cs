using Coda.Cli;
using Coda.Data.Archives.Stored;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Tests.Archives;
using Coda.Tests.Cli;
using Coda.Workflows.Training;

namespace Coda.Tests.Damage;

/// <summary>What the benchmark <c>kills</c> found that killed processes left for good: the same command takes it away, and nothing of the user's.</summary>
[TestClass]
public sealed class LeftoverTests
{
    [TestMethod]
    public void ATrainingTakesAwayTheHalvesOfItsOwnFiles()
    {
        using var folder = new TemporaryDirectory();
        CommandRun.InProcess(Tiny.Simulate(folder.File("archive"), "--no-truth")).Succeeded();
        string[] names = [ModelFolder.Card, ModelFolder.History, TrainFolder.Checkpoint, "notes.txt"];
        foreach (var name in names)
        {
            Leave(folder.File("model", name));
        }

        Leave(folder.File("model", TrainFolder.Joint, ModelFolder.Weights));
        CommandRun.InProcess(Tiny.Train(folder.File("archive"), folder.File("model"), "--steps", "2")).Succeeded();
        var left = Directory.GetFiles(folder.File("model"), "*.partial", SearchOption.AllDirectories).Select(p => AtomicFile.FinalName(Path.GetFileName(p)));
        CollectionAssert.AreEqual(new[] { "notes.txt" }, left.ToArray());
    }

    // A process that records scores in joint/ writes there under that folder's lock, not under the training's.
    [TestMethod]
    public void ATrainingLeavesWhatAnotherProcessWritesWithin()
    {
        using var folder = new TemporaryDirectory();
        CommandRun.InProcess(Tiny.Simulate(folder.File("archive"), "--no-truth")).Succeeded();
        string[] train = Tiny.Train(folder.File("archive"), folder.File("model"), "--steps", "2");
        var places = new[] { TrainFolder.Joint, TrainFolder.Cycle(0) }.Select(name => folder.File("model", name)).ToList();
        places.ForEach(place => Leave(Path.Combine(place, ModelFolder.Card)));
        using (ModelLock.Take(places[0]))
        using (ModelLock.Take(places[1]))
        {
            CommandRun.InProcess(train).Succeeded();
            CommandRun.InProcess([.. train, "--restart"]).Failed(ExitCodes.BadData, "no other process");
            Assert.IsTrue(places.All(place => Directory.GetFiles(place, "*.partial").Length == 1));
        }

        CommandRun.InProcess(train).Succeeded();
        Assert.IsTrue(places.All(place => Directory.GetFiles(place, "*.partial").Length == 0));
    }

    [TestMethod]
    public void AnAnalysisThatIsDoneTakesAwayThePartsOfTheTableBefore()
    {
        using var folder = new TemporaryDirectory();
        CommandRun.InProcess(Tiny.Simulate(folder.File("archive"), 2, 60)).Succeeded();
        string[] analyze = ["analyze", "--archive", folder.File("archive"), "--method", "climatology", "--part-size", "60", "--output", folder.File("out")];
        CommandRun.InProcess(analyze).Succeeded();
        var part = Directory.GetFiles(folder.File("out", "analyses"))[0];
        File.Copy(part, folder.File("out", "analyses", "part-00007.parquet"));
        CommandRun.InProcess(analyze).Succeeded();
        Assert.HasCount(2, Directory.GetFiles(folder.File("out", "analyses")));
        CommandRun.InProcess("archive", "check", folder.File("out")).Succeeded();
    }

    [TestMethod]
    public void AnArchiveThatIsNotReplacedLosesTheLocksOfWhoMadeIt()
    {
        using var folder = new TemporaryDirectory();
        string[] simulate = Tiny.Simulate(folder.File("out"), 2, 20);
        CommandRun.InProcess(simulate).Succeeded();
        var whole = Directory.GetFiles(folder.File("out"), "*", SearchOption.AllDirectories).Order().ToList();
        Killed();
        CommandRun.InProcess(simulate).Failed(ExitCodes.BadData, "expected no archive");
        Assert.AreSequenceEqual(whole, Directory.GetFiles(folder.File("out"), "*", SearchOption.AllDirectories).Order());
        Killed();
        ArchiveFiles.RemoveLeft(folder.File("out"));
        Assert.AreSequenceEqual(whole, Directory.GetFiles(folder.File("out"), "*", SearchOption.AllDirectories).Order());
        ArchiveFiles.RemoveLeft(folder.File("none"));
        Assert.IsFalse(Directory.Exists(folder.File("none")));

        void Killed()
        {
            var staged = Directory.CreateDirectory(AtomicFile.TemporaryName(folder.File("out", "new"))).FullName;
            File.Copy(folder.File("out", "archive.json"), Path.Combine(staged, "archive.json"));
            File.Create(folder.File("out", ".new.lock")).Dispose();
            File.Create(folder.File("out", "truth", ".write.lock")).Dispose();
            File.Create(Directory.CreateDirectory(folder.File("out", "forecasts")).FullName + "/.write.lock").Dispose();
        }
    }

    [TestMethod]
    public void AStudyTakesAwayTheHalvesOfItsTablesAndCells()
    {
        using var folder = new TemporaryDirectory();
        string[] study = ["study", "parameter", "--only", "F_true=8", "--threads", "1", "--output", folder.File("study"), "--set", .. StudyTests.TinyCell];
        CommandRun.InProcess(study).Succeeded();
        var cell = Directory.GetFiles(folder.File("study", "cells"))[0];
        File.Delete(cell);
        File.Delete(Directory.GetFiles(folder.File("study", "models"), "seconds.json", SearchOption.AllDirectories)[0]);
        var model = Directory.GetDirectories(folder.File("study", "models"))[0];
        var record = Directory.GetDirectories(folder.File("study", "records"))[0];
        foreach (var path in (string[])[cell, folder.File("study", "results.md"), folder.File("study", "results.parquet"), Path.Combine(model, "seconds.json")])
        {
            Leave(path);
        }

        Directory.CreateDirectory(AtomicFile.TemporaryName(Path.Combine(record, "new")));
        CommandRun.InProcess(study).Succeeded();
        Assert.IsEmpty(Directory.GetFileSystemEntries(folder.Path, "*.partial", SearchOption.AllDirectories));
    }

    private static void Leave(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(AtomicFile.TemporaryName(path), "half of it");
    }
}
