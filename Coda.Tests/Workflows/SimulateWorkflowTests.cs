using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Twins;
using Coda.Tests.Archives;
using Coda.Tests.Inference;
using Coda.Workflows.Progress;
using Coda.Workflows.Simulating;

namespace Coda.Tests.Workflows;

[TestClass]
public sealed class SimulateWorkflowTests
{
    private static readonly TwinExperiment Twin = ExampleTwins.Lorenz96();

    [TestMethod]
    public void ATwinExperimentBecomesAnArchive()
    {
        using var folder = new TemporaryDirectory();
        var progress = new RecordingProgress();
        var result = SimulateWorkflow.Run(new(Twin, folder.File("twin")) { Provenance = "a test" }, progress);
        Assert.AreEqual((folder.File("twin"), 120L), (result.Archive, result.Truth));
        CollectionAssert.AreEqual(new[] { "simulate the truth", "observe" }, progress.Stages);
        Assert.AreEqual(1, progress.States[^1].Share, 1e-9);
        using var archive = ParquetArchive.Open(result.Archive);
        archive.Verify();
        Assert.AreEqual("a test (twin experiment)", archive.Description.Provenance);
        Assert.AreEqual(archive.RowCount(ArchiveTable.Observations), result.Observations);
        CollectionAssert.AreEqual(Twin.Truth().Values(), archive.ReadStates(ArchiveTable.Truth).Values());
    }

    [TestMethod]
    public void AnArchiveThatIsThereIsReplacedOnlyWhenAsked()
    {
        using var folder = new TemporaryDirectory();
        var job = new SimulateJob(Twin, folder.File("twin")) { HasTruth = false };
        Assert.AreEqual(0L, SimulateWorkflow.Run(job, new SilentProgress()).Truth);
        StringAssert.Contains(Assert.ThrowsExactly<IOException>(() => SimulateWorkflow.Run(job, new SilentProgress())).Message, "--overwrite");
        Assert.AreEqual(120L, SimulateWorkflow.Run(job with { HasTruth = true, Overwrite = true }, new SilentProgress()).Truth);
    }

    [TestMethod]
    public void WhatWasCancelledLeavesNothing()
    {
        using var folder = new TemporaryDirectory();
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.ThrowsExactly<OperationCanceledException>(() => SimulateWorkflow.Run(new(Twin, folder.File("twin")), new SilentProgress(), source.Token));
        Assert.IsFalse(Directory.Exists(folder.File("twin")));
    }
}
