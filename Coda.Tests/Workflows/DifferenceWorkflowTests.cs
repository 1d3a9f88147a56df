using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Foundation;
using Coda.Data.Scoring;
using Coda.Data.Scoring.Differences;
using Coda.Tests.Archives;
using Coda.Tests.Cli;
using Coda.Tests.Inference;
using Coda.Workflows.Comparing;
using Coda.Workflows.Progress;
using Coda.Workflows.Scoring;
using Coda.Workflows.Simulating;

namespace Coda.Tests.Workflows;

/// <summary>What comparing and scoring say of methods beside each other.</summary>
[TestClass]
public sealed class DifferenceWorkflowTests
{
    private static readonly TemporaryDirectory Folder = new();

    [ClassInitialize]
    public static void MakeEstimates(TestContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        SimulateWorkflow.Run(
            new(ExampleTwins.Lorenz96(steps: 300, trajectories: 5, fraction: 0.5) with { Withheld = new(0.2, 1) }, Folder.File("twin")), new SilentProgress());
        using var twin = ParquetArchive.Open(Folder.File("twin"));
        Estimate("near", 0.5f);
        Estimate("far", 1);
        using var none = ParquetArchive.Create(Folder.File("forecasts"), twin.Description);
        none.WriteStates(ArchiveTable.Forecasts, twin.ReadStates(ArchiveTable.Truth, steps: new(0, 50)).Select(b => b with { Lead = 10 }));

        // Errors of both signs, of the size that is asked for.
        void Estimate(string name, float size)
        {
            using var archive = ParquetArchive.Create(Folder.File(name), twin.Description);
            archive.WriteStates(ArchiveTable.Analyses, twin.ReadStates(ArchiveTable.Truth).Select(b => b with
            {
                States = b.States.ToArray().Select((x, i) => x + (size * ((i * 7919 % 13) - 6) / 4)).ToArray(),
            }));
        }
    }

    [ClassCleanup]
    public static void Remove() => Folder.Dispose();

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void TablesAreComparedWithTheFirst(bool isTruth)
    {
        using var twin = ParquetArchive.Open(Folder.File("twin"));
        var result = ScoreWorkflow.Run(
            new(twin, [Folder.File("near"), Folder.File("far"), Folder.File("near")]) { AgainstTruth = isTruth }, new SilentProgress());
        var score = isTruth ? RootMeanSquareError.Name : WithheldScoring.SquaredMisfit;
        var found = result.Differences.Where(d => d.Score == score && d.Sites is ScoredSites.All or ScoredSites.Withheld).Where(d => d.Score == score).ToList();
        CollectionAssert.AreEqual(new[] { DifferenceVerdict.Worse, DifferenceVerdict.NotToldApart }, found.Select(d => d.Difference.Verdict).ToArray());
        Assert.IsTrue(found.TrueForAll(d => d.Reference == $"analyses in {Folder.File("near")}"));
        Assert.AreEqual((0.0, 1.0), (found[1].Difference.Value, found[1].Difference.P), "A table does not differ from itself.");

        // The mean of the paired differences is the difference of the means that stand beside it.
        double Value(int table) => isTruth
            ? result.Scores[table].Results.First(r => r.Score == score && r.Sites == ScoredSites.All).Value
            : Math.Pow(result.Scores[table].Results.First(r => r.Score == WithheldScoring.Misfit).Value, 2);
        Assert.AreEqual(Value(1) - Value(0), found[0].Difference.Value, 1e-9);
        Assert.AreEqual((Value(1) / Value(0)) - 1, found[0].Relative!.Value, 1e-9);
        if (isTruth)
        {
            CollectionAssert.AreEquivalent(
                new[] { ScoredSites.All, ScoredSites.Observed, ScoredSites.Unobserved, ScoredSites.All, ScoredSites.Observed, ScoredSites.Unobserved },
                result.Differences.Where(d => d.Score == score).Select(d => d.Sites).ToArray());
        }
    }

    [TestMethod]
    public void AnotherTableMayBeNamed()
    {
        using var twin = ParquetArchive.Open(Folder.File("twin"));
        var result = ScoreWorkflow.Run(new(twin, [Folder.File("near")]) { Versus = Folder.File("far") + Path.DirectorySeparatorChar }, new SilentProgress());
        Assert.IsTrue(result.Differences.All(d => d.Difference.Verdict == DifferenceVerdict.Better));
        Assert.IsEmpty(ScoreWorkflow.Run(new(twin, [Folder.File("near")]), new SilentProgress()).Differences);
        Assert.IsEmpty(ScoreWorkflow.Run(new(twin, [Folder.File("near"), Folder.File("far")]) { By = ScoreBy.Site }, new SilentProgress()).Differences);
        Assert.Contains("Name one with analyses", Assert.Throws<ArgumentException>(() => ScoreWorkflow.Run(
            new(twin, [Folder.File("near")]) { Versus = Folder.File("forecasts") }, new SilentProgress())).Message);
    }

    [TestMethod]
    public void MethodsAreComparedWithTheOneThatIsNamed()
    {
        using var archive = ParquetArchive.Open(Folder.File("twin"));
        Component[] methods = [new("persistence"), new("climatology"), new("etkf", new() { ["members"] = 12 })];
        var first = CompareWorkflow.Run(new(archive) { Methods = methods, Margin = 10 }, new SilentProgress());
        Assert.IsTrue(first.Differences.All(d => d.Reference == "persistence"));
        var named = CompareWorkflow.Run(new(archive) { Methods = methods, Margin = 10, Versus = methods[2] }, new SilentProgress());
        var worse = named.Differences.Where(d => d.Score == RootMeanSquareError.Name).ToList();
        CollectionAssert.AreEqual(new[] { ("persistence", DifferenceVerdict.Worse), ("climatology", DifferenceVerdict.Worse) },
            worse.Select(d => (d.Estimate, d.Difference.Verdict)).ToArray());
        Assert.AreEqual(2 * worse.Min(w => w.Difference.P!.Value), worse.Min(w => w.Difference.AdjustedP!.Value), 1e-12, "Two tests were made.");
        Assert.Contains("Add it to --methods", Assert.Throws<ArgumentException>(() => CompareWorkflow.Run(
            new(archive) { Methods = methods, Versus = new("etkf") }, new SilentProgress())).Message);
    }

    [TestMethod]
    public void TheCommandsSayIt()
    {
        var run = CommandRun.InProcess("score", "--archive", Folder.File("twin"), "--analyses", Folder.File("near"), Folder.File("far"));
        Assert.AreEqual(0, run.ExitCode, run.Error);
        Assert.Contains("Differences from analyses in", run.Output);
        Assert.Contains("worse", run.Output);
        run = CommandRun.InProcess(
            "compare", "--archive", Folder.File("twin"), "--methods", "etkf:members=12", "persistence", "--versus", "persistence", "--json");
        Assert.AreEqual(0, run.ExitCode, run.Error);
        Assert.Contains("\"verdict\": \"better\"", run.Output);
    }
}
