using Coda.Data.Archives;
using Coda.Data.Archives.Runs;
using Coda.Data.Archives.Stored;
using Coda.Data.Cards;
using Coda.Tests.Archives;
using Coda.Tests.Inference;
using Coda.Workflows.Inspecting;
using Coda.Workflows.Progress;
using Coda.Workflows.Simulating;

namespace Coda.Tests.Workflows;

[TestClass]
public sealed class InspectWorkflowTests
{
    [TestMethod]
    public void AnArchiveAModelAndAFileAreTold()
    {
        using var folder = new TemporaryDirectory();
        SimulateWorkflow.Run(new(ExampleTwins.Lorenz96(), folder.File("twin")), new SilentProgress());
        ExampleModels.Write(Directory.CreateDirectory(folder.File("model")).FullName);
        var archive = (InspectedArchive)InspectWorkflow.Run(new(folder.File("twin")), new SilentProgress());
        Assert.AreEqual((true, 120L, 1), (archive.IsVerified, archive.Tables["truth"].Rows, archive.Tables["truth"].Parts));
        var progress = new SilentProgress();
        var model = (InspectedModel)InspectWorkflow.Run(new(folder.File("model")) { Verifies = false }, progress);
        Assert.AreEqual(("example", false, 0), (model.Card.Name, model.IsVerified, model.Differences.Count));
        Assert.IsEmpty(progress.Warnings.All);
        var file = (InspectedFile)InspectWorkflow.Run(new(folder.File("model", GraphFiles.Forecast)), new SilentProgress());
        Assert.AreEqual(model.Card.Files[GraphFiles.Forecast].Sha256, file.Sha256);
        Assert.AreEqual(model.Card.Name, file.BelongsTo);
        Assert.Contains("nothing there", Assert.ThrowsExactly<FileNotFoundException>(() => InspectWorkflow.Run(new(folder.File("none")), progress)).Message);
    }

    [TestMethod]
    public void ACheckSealsWhatIsFinished()
    {
        using var folder = new TemporaryDirectory();
        SimulateWorkflow.Run(new(ExampleTwins.Lorenz96(trajectories: 1), folder.File("twin")), new SilentProgress());
        using var archive = ParquetArchive.Open(folder.File("twin"));
        RunPart[] parts = [new(0, new(0, 1, new(0, 30))), new(1, new(0, 1, new(30, 60)))];
        var request = new TableRunRequest(archive.Description, new(StringComparer.Ordinal) { ["method"] = "a test" }, parts);
        for (var made = 0; made < parts.Length; made++)
        {
            using (var run = TableRun.Open(archive.Path, ArchiveTable.Analyses, request))
            {
                run.Commit(run.Stage(run.Pending[0], archive.ReadStates(ArchiveTable.Truth, run.Pending[0].Range)));
            }

            var status = CheckWorkflow.Run(archive.Path, new SilentProgress()).Runs["analyses"];
            Assert.AreEqual((2, 1 - made), (status.Parts, status.Missing.Count));
        }

        var check = CheckWorkflow.Run(archive.Path, new SilentProgress());
        Assert.IsTrue(check.HasTables);
        Assert.IsEmpty(check.Runs);
        using var written = ParquetArchive.Open(archive.Path);
        Assert.AreEqual(60L, written.RowCount(ArchiveTable.Analyses));
    }
}
