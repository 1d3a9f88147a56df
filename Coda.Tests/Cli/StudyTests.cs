using Coda.Cli;
using Coda.Data.Archives.Stored;
using Coda.Data.Dynamics;
using Coda.Tests.Archives;
using Coda.Workflows.Studying;

namespace Coda.Tests.Cli;

[TestClass]
public sealed class StudyTests
{
    internal static readonly string[] TinyCell =
    [
        "experiment.network.halfWidth=5", "experiment.network.width=8", "experiment.network.blocks=1", "experiment.batchSize=8", "experiment.rolloutLength=5",
        "experiment.steps=10",
        "experiment.warmUpSteps=2", "experiment.validationInterval=5", "training.trajectoryCount=12", "training.stepCount=80", "training.spinUpSteps=300",
        "test.trajectoryCount=2",
        "test.stepCount=60", "test.spinUpSteps=300", "margin=5", "refine=0",
    ];

    [TestMethod]
    public void AStudyRunsEveryCellOnceAndWritesItsTables()
    {
        using var folder = new TemporaryDirectory();
        string[] command =
            ["study", "parameter", "--only", "F_true=4,8", "--seeds", "1", "2", "--threads", "1", "--output", folder.File("study"), "--json", "--set",
                .. TinyCell];
        var first = CommandRun.InProcess(command).Succeeded().Json["results"]!.AsArray();
        Assert.HasCount(4, first);
        Assert.HasCount(4, Directory.GetDirectories(folder.File("study", "models")));
        Assert.HasCount(6, Directory.GetDirectories(folder.File("study", "records"))); // for two forcings, one to train on for each seed and one to score
        var rows = NumberTables.Read(folder.File("study", "results.parquet"), "F_true", "seed", "rmse", "F");
        CollectionAssert.AreEqual(new double[] { 4, 8, 4, 8 }, rows.Select(r => r[0]).ToArray());
        CollectionAssert.AreEqual(new double[] { 1, 1, 2, 2 }, rows.Select(r => r[1]).ToArray());
        Assert.AreEqual((double)first[3]!["numbers"]!["rmse"]!, rows[3][2], 1e-5);
        StringAssert.Contains(File.ReadAllText(folder.File("study", "results.md")), "| F_true | seed | rmse |");
        Assert.IsFalse(
            Directory.GetDirectories(folder.File("study", "records")).All(r => Directory.Exists(Path.Combine(r, "truth"))), "Training records have no truth.");

        // What is finished is not run again, and comes out the same.
        File.Delete(folder.File("study", "results.parquet"));
        var stamp = Directory.GetFiles(folder.File("study", "models"), "card.json", SearchOption.AllDirectories).Max(File.GetLastWriteTimeUtc);
        Assert.AreEqual(first.ToJsonString(), CommandRun.InProcess(command).Succeeded().Json["results"]!.ToJsonString());
        Assert.AreEqual(stamp, Directory.GetFiles(folder.File("study", "models"), "card.json", SearchOption.AllDirectories).Max(File.GetLastWriteTimeUtc));
        Assert.IsTrue(File.Exists(folder.File("study", "results.parquet")));
    }

    [TestMethod]
    public void CellsThatDifferInTheTestOnlyShareAModel()
    {
        using var folder = new TemporaryDirectory();
        CommandRun.InProcess(["study", "generalization", "--only", "sigma=1,3", "observed=0.25", "--threads", "1", "--output", folder.File("study"), "--set",
            .. TinyCell]).Succeeded();
        Assert.HasCount(1, Directory.GetDirectories(folder.File("study", "models")));
        Assert.HasCount(2, NumberTables.Read(folder.File("study", "results.parquet"), "rmse"));
    }

    [TestMethod]
    public void ShardsOfAStudyRunEachCellOnce()
    {
        using var folder = new TemporaryDirectory();
        string[] Command(params string[] more) =>
            ["study", "parameter", "--only", "F_true=4,8", "--seeds", "1", "2", "--threads", "1", "--output", folder.File("study"), .. more, "--json", "--set",
                .. TinyCell];
        using (var first = CommandRun.Start(folder.Path, Command("--shard", "0/2")))
        using (var second = CommandRun.Start(folder.Path, Command("--shard", "1/2")))
        {
            CommandRun.Await(first).Succeeded();
            CommandRun.Await(second).Succeeded();
        }

        Assert.HasCount(4, Directory.GetFiles(folder.File("study", "cells")));
        Assert.HasCount(4, Directory.GetDirectories(folder.File("study", "models")));
        var stamp = Directory.GetFiles(folder.File("study", "models"), "card.json", SearchOption.AllDirectories).Max(File.GetLastWriteTimeUtc);
        Assert.HasCount(4, CommandRun.InProcess(Command()).Succeeded().Json["results"]!.AsArray());
        Assert.AreEqual(stamp, Directory.GetFiles(folder.File("study", "models"), "card.json", SearchOption.AllDirectories).Max(File.GetLastWriteTimeUtc));
        Assert.HasCount(4, NumberTables.Read(folder.File("study", "results.parquet"), "rmse"));
    }

    [TestMethod]
    public void AFrontHasCostsAndScoresInBothPrecisions()
    {
        using var folder = new TemporaryDirectory();
        string[] wider = [.. TinyCell.Select(s => s.Replace("width=8", "width=16", StringComparison.Ordinal))];
        var run = CommandRun.InProcess(
            ["study", "front", "--only", "network=4,6", "--threads", "1", "--output", folder.File("study"), "--json", "--set", .. wider]).Succeeded();
        foreach (var result in run.Json["results"]!.AsArray())
        {
            var numbers = result!["numbers"]!;
            foreach (var name in new[] { "rmse", "microseconds", "int8_rmse", "int8_microseconds", "core_minutes" })
            {
                Assert.IsGreaterThan(0, (double)numbers[name]!, name);
            }

            Assert.AreEqual((double)numbers["rmse"]!, (double)numbers["int8_rmse"]!, 0.1);
        }
    }

    [TestMethod]
    public void FaultsSayWhatIsKnown()
    {
        CommandRun.InProcess("study", "windwo").Failed(ExitCodes.Usage, "Did you mean 'window'?");
        CommandRun.InProcess("study", "window", "--only", "widnow=3").Failed(ExitCodes.Usage, "window, rollout, alpha");
        CommandRun.InProcess("study", "window", "--only", "window=3").Failed(ExitCodes.Usage, "10, 25, 50");
    }

    public static IEnumerable<object[]> Names => NamedStudy.All.Select(s => new object[] { s.Name });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void EveryCellOfEveryStudyIsPossible(string name)
    {
        var study = NamedStudy.Named(name);
        var cells = StudyGrid.Of(study, []).ToList();
        Assert.HasCount(study.Axes.Aggregate(study.Seeds.Count, (product, axis) => product * axis.Points.Count), cells);
        foreach (var (cell, seed, point) in cells)
        {
            cell.Experiment.Check();
            Assert.AreEqual(seed, cell.Experiment.Seed);
            Assert.HasCount(study.Axes.Count, point);
            var bounds = DynamicalSystem.Catalog.Create(cell.Experiment.System).Parameters.ToDictionary(p => p.Name);
            Assert.IsTrue(cell.Experiment.Parameters.All(p => p.Start > bounds[p.Name].Lower && p.Start < bounds[p.Name].Upper));
            Assert.IsNotNull(DynamicalSystem.Catalog.Create(cell.Training.System));
        }
    }

    [TestMethod]
    public void EverySeedDrawsItsOwnStartAndRecord()
    {
        var study = new ParameterStudy().Study with { Seeds = [1, 2, 3, 4, 5] };
        var cells = StudyGrid.Of(study, []).ToList();
        var starts = cells.Select(c => (c.Seed, c.Cell.Experiment.Parameters[0].Start)).Distinct().ToList();
        Assert.HasCount(5, starts);
        Assert.IsTrue(starts.All(s => s.Start is >= 4 and <= 13));
        CollectionAssert.AreEqual(new ulong[] { 1996, 1997, 1998, 1999, 2000 }, cells.Select(c => c.Cell.Training.Seed).Distinct().ToArray());
        Assert.AreEqual(2024ul, cells.Select(c => c.Cell.Test.Seed).Distinct().Single());
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => StudyGrid.Of(study with { Seeds = [29] }, []).ToList()).Message, "is not 2024");

        var shared = study with { HasRecordOfEachSeed = false };
        Assert.AreEqual(1996ul, StudyGrid.Of(shared, []).Select(c => c.Cell.Training.Seed).Distinct().Single());
    }
}
