using Coda.Data.Archives.Import;
using Coda.Data.Archives.Stored;
using Coda.Data.Foundation;
using Coda.Tests.Archives;
using Coda.Tests.Inference;
using Coda.Workflows.Importing;
using Coda.Workflows.Progress;
using Coda.Workflows.Simulating;

namespace Coda.Tests.Workflows;

[TestClass]
public sealed class ImportWorkflowTests
{
    [TestMethod]
    public void AFileBecomesAnArchive()
    {
        using var folder = new TemporaryDirectory();
        var progress = new RecordingProgress();
        var result = ImportWorkflow.Run(new(Options(folder, "x"), folder.File("mine")), progress);
        Assert.AreEqual((40L, 4), (result.Report.Observations, result.Sites.Entries.Count));
        CollectionAssert.AreEqual(new[] { "import" }, progress.Stages);
        Assert.IsTrue(progress.States.All(s => double.IsNaN(s.Share) && s.Detail.Length > 0));
        using var archive = ParquetArchive.Open(result.Archive);
        archive.Verify();
    }

    [TestMethod]
    public void ASystemGivesTheLayout()
    {
        using var folder = new TemporaryDirectory();
        var system = new Component("lorenz96", new() { ["size"] = 8 });
        var options = Options(folder, "x") with { System = system, Locations = [1, 3, 5, 7] };
        var result = ImportWorkflow.Run(new(options, folder.File("mine")), new SilentProgress());
        CollectionAssert.AreEqual(new[] { 1, 3, 5, 7 }, result.Sites.Entries.ToArray());
        Assert.AreEqual(8, result.Sites.Layout.Size);
    }

    [TestMethod]
    public void SitesMayBeThoseOfAnArchive()
    {
        using var folder = new TemporaryDirectory();
        SimulateWorkflow.Run(new(ExampleTwins.Lorenz96(), folder.File("twin")) { HasTruth = false }, new SilentProgress());
        var job = new ImportJob(Options(folder, "x"), folder.File("mine")) { SitesOf = folder.File("twin") };
        var result = ImportWorkflow.Run(job, new SilentProgress());
        Assert.AreEqual(8, result.Sites.Entries.Count);
        using var archive = ParquetArchive.Open(result.Archive);
        Assert.AreEqual("lorenz96", archive.Description.System!.Name);
        var fault = Assert.ThrowsExactly<ArgumentException>(() => ImportWorkflow.Run(
            job with { Options = job.Options with { SiteNames = ["a", "b"], Locations = [0, 1] }, Overwrite = true }, new SilentProgress()));
        StringAssert.Contains(fault.Message, "SiteNames");
        StringAssert.Contains(fault.Message, "Locations");
    }

    [TestMethod]
    public void ValuesFarFromAllOthersAreWarnedOf()
    {
        using var folder = new TemporaryDirectory();
        var progress = new SilentProgress();
        ImportWorkflow.Run(new(Options(folder, "-9999"), folder.File("mine")), progress);
        Assert.IsNotEmpty(progress.Warnings.All);
    }

    // Ten steps of four sites; x stands for a value like the others.
    private static ImportOptions Options(TemporaryDirectory folder, string last)
    {
        var rows = from step in Enumerable.Range(0, 10)
                   from site in Enumerable.Range(0, 4)
                   let value = step == 9 && site == 3 && last != "x" ? last : FormattableString.Invariant($"{Math.Sin(step + site):F3}")
                   select FormattableString.Invariant($"{0.01 * step:F2},{site},{value}");
        File.WriteAllLines(folder.File("data.csv"), ["time,site,value", .. rows]);
        return new ImportOptions { Files = [folder.File("data.csv")], StepLength = 0.01, Withheld = new(0, 0) };
    }
}
