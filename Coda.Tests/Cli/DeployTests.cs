using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Coda.Cli;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Tests.Archives;
using Coda.Tests.Clusters;
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
    public void ASlurmJobTrainsOnRanksAndGoesBackIntoTheQueueWhereOneIsKilled()
    {
        using var folder = new TemporaryDirectory();
        CommandRun.InProcess(Tiny.Simulate(folder.File("archive"), "--no-truth")).Succeeded();

        // Ranks as the scheduler starts them, but for its own options, on this machine, with its exit code for one that was killed; and what it is told.
        Script(
            folder.File("bin", "srun"),
            $"code=0; {Mpirun.With(2)[0]} -n \"$SLURM_NTASKS\" \"${{@:4}}\" || code=$?; [ \"$code\" -ne 9 ] || code=137; exit \"$code\"");
        Script(folder.File("bin", "scontrol"), $"echo \"$@\" >> {folder.File("told")}");
        Process Job() => Slurm(
            folder, "train-ranks.sbatch", 0, 1,
            [
                ("ARCHIVE", folder.File("archive")), ("OUTPUT", folder.File("model")), ("SLURM_NTASKS", "2"), ("SLURM_JOB_ID", "17"),
                ("PATH", $"{folder.File("bin")}:{Repository.Root}:{Environment.GetEnvironmentVariable("PATH")}"),
            ],
            [.. Tiny.Train("", "", "--steps", "40")[7..].Select(a => a.Replace("network.width=8", "network.width=32"))]);
        using (var first = Job())
        {
            var rank = 0;
            Assert.IsTrue(SpinWait.SpinUntil(() => (rank = Mpirun.IdOf(1, folder.File("model"))) > 0 || first.HasExited, CommandRun.Patience));
            Assert.IsTrue(SpinWait.SpinUntil(
                () => File.Exists(folder.File("model", "checkpoint.safetensors")) || first.HasExited, CommandRun.Patience));
            Process.GetProcessById(rank).Kill();
            Assert.AreNotEqual(0, CommandRun.Await(first).ExitCode);
        }

        Assert.IsFalse(File.Exists(folder.File("model", "card.json")));
        using (var again = Job())
        {
            CommandRun.Await(again).Succeeded();
        }

        Assert.IsTrue(File.Exists(folder.File("model", "card.json")));
        Assert.AreEqual("requeue 17\n", File.ReadAllText(folder.File("told")));
    }

    [TestMethod]
    public void AKubernetesJobOfRanksHasAsManyAsPodsAndTrains()
    {
        using var folder = new TemporaryDirectory();
        CommandRun.InProcess(Tiny.Simulate(folder.File("archive"), "--no-truth")).Succeeded();
        var text = File.ReadAllText(Path.Combine(Files, "kubernetes", "train-ranks.yaml"));
        var arguments = JsonSerializer.Deserialize<string[]>(Arguments().Match(text).Groups[1].Value)!;
        Assert.AreEqual($"{arguments[1]}", Regex.Matches(text, @"^\s*replicas: (\d+)$", RegexOptions.Multiline)[^1].Groups[1].Value);
        string[] tiny = [.. Tiny.Train(folder.File("archive"), folder.File("model"), "--steps", "10")[5..]];
        string[] run = ["-n", "2", .. arguments[2..4], "--archive", folder.File("archive"), "--output", folder.File("model"), .. tiny];
        var start = new ProcessStartInfo(Mpirun.With(2)[0], run) { WorkingDirectory = folder.Path, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = $"{Repository.Root}:{Environment.GetEnvironmentVariable("PATH")}";
        using var process = Process.Start(start)!;
        CommandRun.Await(process).Succeeded();
        Assert.IsTrue(File.Exists(folder.File("model", "card.json")));
    }

    [TestMethod]
    [DynamicData(nameof(KubernetesJobs))]
    public void AKubernetesJobRunsACommandThatParsesWithAsManyShardsAsPods(string name)
    {
        var text = File.ReadAllText(Path.Combine(Files, "kubernetes", name));
        var arguments = JsonSerializer.Deserialize<string[]>(Arguments().Match(text).Groups[1].Value)!;
        arguments = arguments[(Array.IndexOf(arguments, "coda") + 1)..]; // after the launcher of ranks, where there is one
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

    private static void Script(string path, string line)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, $"#!/usr/bin/env bash\n{line}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [GeneratedRegex(@"^\s*args: (\[.*\])$", RegexOptions.Multiline)]
    private static partial Regex Arguments();

    [GeneratedRegex(@"^\s*completions: (\d+)$", RegexOptions.Multiline)]
    private static partial Regex Completions();
}
