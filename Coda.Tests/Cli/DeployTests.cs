using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Coda.Cli;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Tests.Archives;
using Coda.Tests.Inference;

namespace Coda.Tests.Cli;

/// <summary>The job files under deploy/, run as the schedulers would.</summary>
[TestClass]
public sealed partial class DeployTests
{
    private static string Files => Path.Combine(Repository.Root, "deploy");

    public static IEnumerable<object[]> KubernetesJobs =>
        Directory.GetFiles(Path.Combine(Files, "kubernetes"), "*.yaml").Select(f => new object[] { Path.GetFileName(f) });

    [TestMethod]
    public void TasksOfASlurmArrayOfWhichOneIsKilledAndQueuedAgainMakeAnArchive()
    {
        using var folder = new TemporaryDirectory();
        Directory.CreateDirectory(folder.File("model"));
        ExampleModels.Write(folder.File("model"));
        CommandRun.InProcess("simulate", "--set", "system.size=8", "--trajectories", "300", "--steps", "2000", "--spin-up", "300", "--no-truth", "--output",
            folder.File("archive")).Succeeded();
        Process Task(int index) => Slurm(folder, "analyze.sbatch", index, 3, Between(folder, "archive", "out"));
        using (var first = Task(0))
        using (var second = Task(1))
        using (var third = Task(2))
        {
            CommandRun.Signal(second, "KILL");
            CommandRun.Await(second);
            CommandRun.Await(first).Succeeded();
            CommandRun.Await(third).Succeeded();
        }

        Assert.IsFalse(File.Exists(folder.File("out", "archive.json")), "The second task's parts are missing.");
        using (var again = Task(1))
        {
            CommandRun.Await(again).Succeeded();
        }

        CommandRun.InProcess("archive", "check", folder.File("out")).Succeeded();
        using var archive = ParquetArchive.Open(folder.File("out"));
        Assert.AreEqual(600_000L, archive.RowCount(ArchiveTable.Analyses));
    }

    [TestMethod]
    public void TasksOfASlurmArrayMakeForecasts()
    {
        using var folder = new TemporaryDirectory();
        Directory.CreateDirectory(folder.File("model"));
        ExampleModels.Write(folder.File("model"));
        CommandRun.InProcess("simulate", "--set", "system.size=8", "--trajectories", "2", "--steps", "200", "--spin-up", "300", "--no-truth", "--output",
            folder.File("archive")).Succeeded();
        CommandRun.InProcess("analyze", "--archive", folder.File("archive"), "--model", folder.File("model"), "--nowcast").Succeeded();
        for (var index = 0; index < 2; index++)
        {
            Assert.IsFalse(File.Exists(folder.File("out", "archive.json")), "Parts are missing.");
            using var task = Slurm(
                folder, "forecast.sbatch", index, 2, Between(folder, "archive", "out"), "--leads", "0", "0.5", "--every", "0.1", "--part-size", "10");
            CommandRun.Await(task).Succeeded();
        }

        using var archive = ParquetArchive.Open(folder.File("out"));
        Assert.AreEqual(2L * 20 * 2, archive.RowCount(ArchiveTable.Forecasts));
    }

    [TestMethod]
    public void ASlurmJobTrainsAndAnArrayRunsAStudy()
    {
        using var folder = new TemporaryDirectory();
        CommandRun.InProcess(Tiny.Simulate(folder.File("archive"), "--no-truth")).Succeeded();
        using (var train = Slurm(
            folder, "train.sbatch", 0, 1, [("ARCHIVE", folder.File("archive")), ("OUTPUT", folder.File("model"))], Tiny.Train("", "", "--steps", "10")[7..]))
        {
            CommandRun.Await(train).Succeeded();
        }

        Assert.IsTrue(File.Exists(folder.File("model", "card.json")));
        for (var index = 0; index < 2; index++)
        {
            using var study = Slurm(
                folder, "study.sbatch", index, 2, [("STUDY", "parameter"), ("OUTPUT", folder.File("study"))],
                ["--only", "F_true=4,8", "--seeds", "1", "--set", .. StudyTests.TinyCell]);
            CommandRun.Await(study).Succeeded();
        }

        Assert.HasCount(2, NumberTables.Read(folder.File("study", "results.parquet"), "rmse"));
    }

    [TestMethod]
    [DynamicData(nameof(KubernetesJobs))]
    public void AKubernetesJobRunsACommandThatParsesWithAsManyShardsAsPods(string name)
    {
        var text = File.ReadAllText(Path.Combine(Files, "kubernetes", name));
        var arguments = JsonSerializer.Deserialize<string[]>(Arguments().Match(text).Groups[1].Value)!;
        Assert.IsEmpty(CodaCommandLine.Root().Parse(arguments).Errors);
        var completions = Completions().Match(text);
        Assert.AreEqual(completions.Success, arguments.Contains("--shard"), "An indexed job has a shard for each pod.");
        if (completions.Success)
        {
            Assert.AreEqual($"/{completions.Groups[1].Value}", arguments[Array.IndexOf(arguments, "--shard") + 1]);
        }
    }

    private static (string Name, string Value)[] Between(TemporaryDirectory folder, string archive, string output) =>
        [("ARCHIVE", folder.File(archive)), ("MODEL", folder.File("model")), ("OUTPUT", folder.File(output))];

    // The script as the scheduler starts it, with a `coda` on its PATH.
    private static Process Slurm(
        TemporaryDirectory folder, string script, int index, int count, (string Name, string Value)[] settings, params string[] arguments)
    {
        var start = new ProcessStartInfo("bash", [Path.Combine(Files, "slurm", script), .. arguments]) { WorkingDirectory = folder.Path,
            RedirectStandardOutput = true, RedirectStandardError = true };
        (string, string)[] environment =
        [
            ("SLURM_ARRAY_TASK_ID", $"{index + 1}"), ("SLURM_ARRAY_TASK_MIN", "1"), ("SLURM_ARRAY_TASK_COUNT", $"{count}"), ("SLURM_CPUS_PER_TASK", "1"),
            ("PATH", $"{Repository.Root}:{Environment.GetEnvironmentVariable("PATH")}"), .. settings,
        ];
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    [GeneratedRegex(@"^\s*args: (\[.*\])$", RegexOptions.Multiline)]
    private static partial Regex Arguments();

    [GeneratedRegex(@"^\s*completions: (\d+)$", RegexOptions.Multiline)]
    private static partial Regex Completions();
}
