using Coda.Cli;
using Coda.Data.Cards;
using Coda.Tests.Archives;
using Coda.Workflows.Training;

namespace Coda.Tests.Cli;

/// <summary>Commands share folders with nobody who writes there, and with every file of their users.</summary>
[TestClass]
public sealed class OwnFilesTests
{
    [TestMethod]
    public void TwoThatWriteOneModelOrDemoExcludeEachOther()
    {
        using var folder = new TemporaryDirectory();
        CommandRun.InProcess(Tiny.Simulate(folder.File("archive"), 10, 40, "--no-truth")).Succeeded();
        using (ModelLock.Take(folder.File("model")))
        {
            CommandRun.InProcess(Tiny.Train(folder.File("archive"), folder.File("model")))
                .Failed(ExitCodes.BadData, "expected no other process that writes this model");
            CommandRun.InProcess("quantize", "--model", "lorenz96-small", "--archive", folder.File("archive"), "--output", folder.File("model"))
                .Failed(ExitCodes.BadData);
        }

        using (Coda.Data.Foundation.FileLock.Take(folder.File("demo", ".demo.lock")))
        {
            CommandRun.InProcess("demo", "--output", folder.File("demo")).Failed(ExitCodes.BadData, "expected no other demo");
        }
    }

    [TestMethod]
    public void BeginningAnewRemovesNoFileOfTheUser()
    {
        using var folder = new TemporaryDirectory();
        string At(params string[] names) => folder.File(["model", .. names]);
        string[] mine = [At("notes.txt"), At(TrainFolder.Joint, "notes.txt"), At(TrainFolder.Reanalysis, "truth", "notes.txt")];
        string[] theirs = [At(TrainFolder.Checkpoint), At(TrainFolder.Joint, ModelFolder.Card), At(TrainFolder.Reanalysis, "archive.json")];
        foreach (var path in mine.Concat(theirs))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, "{}");
        }

        TrainFolder.Forget(folder.File("model"));
        Assert.IsTrue(mine.All(File.Exists));
        Assert.IsFalse(theirs.Any(File.Exists));
    }
}
