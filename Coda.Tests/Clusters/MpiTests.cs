using System.Runtime.InteropServices;
using Coda.Cli;
using Coda.Data.Cards;
using Coda.Tests.Archives;
using Coda.Tests.Cli;
using Coda.Training.Optimization;
using Coda.Workflows.Training;

namespace Coda.Tests.Clusters;

/// <summary>Trainings on ranks that are processes, which MPICH's launcher starts on this machine.</summary>
[TestClass]
public sealed class MpiTests
{
    private const int Killed = 9;
    private const int Stopped = 19;

    private static readonly TemporaryDirectory Folder = new();

    [ClassInitialize]
    public static void Simulate(TestContext _) => CommandRun.InProcess(Tiny.Simulate(Folder.File("archive"), "--no-truth")).Succeeded();

    [ClassCleanup]
    public static void Remove() => Folder.Dispose();

    [TestMethod]
    public void TwoRanksGiveTheSameBitsAtEveryRunAndThoseOfTwoThreads()
    {
        var first = Mpirun.Run(2, Folder.Path, Train("first", 20)).Succeeded();
        Assert.Contains("2 ranks of 1 thread each divide every batch.", first.Error);
        Assert.HasCount(1, first.Error.Split('\n').Where(line => line.StartsWith("Trains ", StringComparison.Ordinal)), "One rank speaks.");
        Assert.HasCount(1, first.Output.Split('\n').Where(line => line.StartsWith("Model ", StringComparison.Ordinal)));
        Mpirun.Run(2, Folder.Path, Train("second", 20)).Succeeded();
        CommandRun.InProcess(Train("threads", 20, threads: 2)).Succeeded();
        var expected = Hashes("threads");
        foreach (var output in new[] { "first", "second" })
        {
            CollectionAssert.AreEqual(expected, Hashes(output));
            CollectionAssert.AreEqual(
                File.ReadAllBytes(Folder.File("threads", TrainFolder.Checkpoint)), File.ReadAllBytes(Folder.File(output, TrainFolder.Checkpoint)));
        }
    }

    [TestMethod]
    public void WhereARankIsKilledAllEndAndTheRunGoesOnWithTheSameBits()
    {
        Mpirun.Run(2, Folder.Path, TrainSlowly("whole")).Succeeded();
        var killed = Interrupt("killed", Killed, rank: 1);
        Assert.AreNotEqual(ExitCodes.Success, killed.ExitCode);
        Assert.Contains("the same command goes on from the last checkpoint", killed.Error);
        Assert.Contains("Killed (signal 9)", killed.Output + killed.Error); // MPICH's own words
        Assert.IsFalse(File.Exists(Folder.File("killed", ModelFolder.Card)), "Until it is done, the folder is no model.");
        RequireWhole("killed");
        Mpirun.Run(2, Folder.Path, TrainSlowly("killed")).Succeeded();
        CollectionAssert.AreEqual(Hashes("whole"), Hashes("killed"));
    }

    [TestMethod]
    public void WhereARankFallsSilentTheOthersSaySoAndTheRunGoesOnWithOtherRanksAloud()
    {
        var silent = Interrupt("silent", Stopped, rank: 0);
        Assert.AreEqual(ExitCodes.LostRank, silent.ExitCode, silent.Error);
        Assert.Contains("error: Rank 0 of 2 was lost", silent.Error);
        Assert.Contains("Run the same command again to go on from the last checkpoint, with any number of ranks.", silent.Error);
        RequireWhole("silent");
        var again = Mpirun.Run(3, Folder.Path, TrainSlowly("silent")).Succeeded();
        Assert.Contains("in 2 shares (threads of all ranks) in place of 3: the result is not, to the bit", again.Error);
        Assert.Contains("in 2 shares", Checkpoint.Read(Folder.File("silent", TrainFolder.Checkpoint)).Checkpoint.Before[^1]);
    }

    [TestMethod]
    public void TheFaultOfOneRankIsSaidOnceAndEndsAll()
    {
        var wrong = Mpirun.Run(2, Folder.Path, [.. Train("wrong", 20), "--set", "learningRate=1e30", "gradientNorm=1e30"]);
        Assert.AreEqual(ExitCodes.Diverged, wrong.ExitCode, wrong.Error);
        Assert.HasCount(1, wrong.Error.Split('\n').Where(line => line.StartsWith("error: ", StringComparison.Ordinal)));
        using var held = ModelLock.Take(Folder.File("held"));
        var locked = Mpirun.Run(2, Folder.Path, Train("held", 20));
        Assert.AreEqual(ExitCodes.BadData, locked.ExitCode, locked.Error);
        Assert.Contains("expected no other process that writes this model", locked.Error);
        Assert.HasCount(1, locked.Error.Split('\n').Where(line => line.StartsWith("error: ", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void RanksShareAStudyAndAnAnalysis()
    {
        string[] study = ["study", "parameter", "--only", "F_true=4,8", "--seeds", "1", "--threads", "1", "--output", Folder.File("study"), "--set"];
        var shared = Mpirun.Run(2, Folder.Path, [.. study, .. StudyTests.TinyCell]).Succeeded();
        Assert.Contains("Cell 1 of 1: F_true 4", shared.Error);
        Assert.HasCount(2, NumberTables.Read(Folder.File("study", "results.parquet"), "rmse"));
        Assert.HasCount(2, shared.Output.Split('\n').Where(line => line.EndsWith("  0.0  ", StringComparison.Ordinal)), shared.Output); // a row for each cell, once
        string[] analyze = ["analyze", "--archive", Folder.File("archive"), "--method", "climatology", "--output", Folder.File("analyses")];
        Mpirun.Run(2, Folder.Path, [.. analyze, "--shard", "/2", "--part-size", "100"]).Succeeded();
        CommandRun.InProcess("archive", "check", Folder.File("analyses")).Succeeded();
    }

    [TestMethod]
    public void AMissingLibraryIsAnError()
    {
        using var process = Mpirun.Start(2, Folder.Path, Train("missing", 20), ("CODA_MPI", "libnone.so.12"));
        var missing = CommandRun.Await(process);
        Assert.AreEqual(ExitCodes.Unexpected, missing.ExitCode, missing.Error);
        Assert.Contains("apt-get install libmpich12 mpich", missing.Error);
    }

    [TestMethod]
    public void OpenMpisRanksAreRefusedAndAProcessByItselfLoadsNoMpi()
    {
        CommandRun.AsProcess(Folder.Path, typeof(CodaCommandLine).Assembly.Location, Train("open", 20), ("OMPI_COMM_WORLD_SIZE", "2"))
            .Failed(ExitCodes.Unexpected, "Open MPI", "mpirun.mpich");
        CommandRun.AsProcess(Folder.Path, typeof(CodaCommandLine).Assembly.Location, Train("alone", 20), ("CODA_MPI", "libnone.so.12")).Succeeded();
    }

    private static string[] Train(string output, int steps, int threads = 1)
    {
        var line = Tiny.Train(Folder.File("archive"), Folder.File(output), "--steps", $"{steps}");
        line[Array.IndexOf(line, "--threads") + 1] = $"{threads}";
        return line;
    }

    // Wide enough that a run is still at work when its first checkpoint is there.
    private static string[] TrainSlowly(string output) => [.. Train(output, 40).Select(a => a.Replace("network.width=8", "network.width=32"))];

    // A run that a signal to one of its two ranks ends, once it has a checkpoint.
    private static CommandRun Interrupt(string output, int signal, int rank)
    {
        using var process = Mpirun.Start(2, Folder.Path, TrainSlowly(output));
        var (id, checkpoint) = (0, Folder.File(output, TrainFolder.Checkpoint));
        Await(() => (id = Mpirun.IdOf(rank, Folder.File(output))) > 0);
        Await(() => File.Exists(checkpoint));
        Assert.AreEqual(0, Kill(id, signal), "The run was over before the signal reached it.");
        return CommandRun.Await(process);

        void Await(Func<bool> condition) => Assert.IsTrue(SpinWait.SpinUntil(() => condition() || process.HasExited, CommandRun.Patience), "It does not begin.");
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);

    private static string[] Hashes(string output) => [.. ModelFolder.ReadCard(Folder.File(output)).Files.Select(file => $"{file.Key} {file.Value.Sha256}")];

    private static void RequireWhole(string output)
    {
        Assert.IsGreaterThanOrEqualTo(10, Checkpoint.Read(Folder.File(output, TrainFolder.Checkpoint)).Checkpoint.Step);
        Assert.IsFalse(Directory.GetFiles(Folder.File(output)).Any(file => file.EndsWith(".tmp", StringComparison.Ordinal)), "half a file");
    }
}
