using Coda.Cli;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Tests.Archives;
using Coda.Tests.Cli;
using Coda.Workflows.Progress;
using Coda.Workflows.Studying;

namespace Coda.Tests.Additions;

/// <summary>A command and a study of another assembly, one file each, work from the command line without another edit.</summary>
[TestClass]
public sealed class CommandAdditionTests
{
    private static readonly string PlugIn = typeof(CommandAdditionTests).Assembly.Location;

    [TestMethod]
    public void ACommandIsFoundAmongItsGroupAndRun()
    {
        using var folder = new TemporaryDirectory();
        CommandRun.InProcess(Tiny.Simulate(folder.File("archive"), 2, 10)).Succeeded();
        var count = (int)CommandRun.InProcess("count", "--archive", folder.File("archive"), "--json").Succeeded().Json["observations"]!;
        using var archive = ParquetArchive.Open(folder.File("archive"));
        Assert.AreEqual(archive.RowCount(ArchiveTable.Observations), count);
        string[] names = [.. CodaCommandLine.Commands().Select(command => command.Name)];
        CollectionAssert.AreEqual(
            new[] { "demo", "experiments", "methods", "models", "systems", "count", "export", "import", "simulate", "calibrate", "train", "tune" }, names[..12]);
    }

    [TestMethod]
    public void ThePlugInIsLoadedBeforeItsCommandIsLookedFor()
    {
        using var folder = new TemporaryDirectory();
        CommandRun.InProcess(Tiny.Simulate(folder.File("record"), 2, 10)).Succeeded();
        Assert.Contains("observations", CommandRun.AsProcess(folder.Path, "count", "--archive", "record", "--plugin", PlugIn).Succeeded().Output);
        Assert.Contains("Counts an archive's observations.", CommandRun.AsProcess(folder.Path, "--plugin", PlugIn, "--help").Succeeded().Output);
        CommandRun.AsProcess(folder.Path, "count", "--archive", "record").Failed(ExitCodes.Usage, "Unknown command 'count'");
        CommandRun.AsProcess(folder.Path, "count", "--plugin", "none.dll").Failed(ExitCodes.BadData, "none.dll: expected an assembly (.dll)");
    }

    [TestMethod]
    public void AStudyIsFoundAndRun()
    {
        using var folder = new TemporaryDirectory();
        string[] study = ["study", "width", "--plugin", PlugIn, "--threads", "1", "--output", "study"];
        Assert.Contains("Does a wider network pay?", CommandRun.AsProcess(folder.Path, study).Succeeded().Output);

        // What the command made, the library reads; nothing is trained again.
        var silent = new SilentProgress();
        var outcome = StudyWorkflow.Run(new StudyJob(NamedStudy.Named("width"), folder.File("study")) { Threads = 1 }, silent);
        CollectionAssert.AreEqual(new double[] { 4, 8 }, outcome.Results.Select(result => result.Point[0]).ToArray());
        Assert.HasCount(2, Directory.GetDirectories(folder.File("study", "models")));
        Assert.HasCount(2, NumberTables.Read(folder.File("study", "results.parquet"), "width", "rmse"));
    }
}
