using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Cards;
using Coda.Data.Scoring;
using Coda.Tests.Archives;
using Coda.Tests.Inference;
using Coda.Workflows.Progress;
using Coda.Workflows.Scoring;
using Coda.Workflows.Simulating;

namespace Coda.Tests.Workflows;

[TestClass]
public sealed class ScoreWorkflowTests
{
    private static readonly TemporaryDirectory Folder = new();

    [ClassInitialize]
    public static void MakeEstimates(TestContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        SimulateWorkflow.Run(new(ExampleTwins.Lorenz96(fraction: 0.5) with { Withheld = new(0.2, 1) }, Folder.File("twin")), new SilentProgress());
        using var twin = ParquetArchive.Open(Folder.File("twin"));
        using var estimates = ParquetArchive.Create(Folder.File("estimates"), twin.Description);
        var note = new TableNote { LookAhead = 0, Warnings = [new("doubtful", "a test says so")] };
        estimates.WriteStates(ArchiveTable.Analyses, twin.ReadStates(ArchiveTable.Truth), note);
        estimates.WriteStates(ArchiveTable.Forecasts, twin.ReadStates(ArchiveTable.Truth, steps: new(0, 50)).Select(b => b with { Lead = 10 }));
    }

    [ClassCleanup]
    public static void Remove() => Folder.Dispose();

    [TestMethod]
    public void TablesAreScoredAgainstTheTruthWhereThereIsOne()
    {
        using var twin = ParquetArchive.Open(Folder.File("twin"));
        var progress = new RecordingProgress();
        var result = ScoreWorkflow.Run(new(twin, [Folder.File("estimates")]), progress);
        Assert.IsTrue(result.IsTruth);
        CollectionAssert.AreEqual(new[] { "score analyses", "score forecasts" }, progress.Stages);
        CollectionAssert.AreEqual(new[] { ArchiveTable.Analyses, ArchiveTable.Forecasts }, result.Scores.Select(s => s.Table).ToArray());
        Assert.AreEqual((0.0, StartKind.Past), (Error(result, 0), result.Scores[0].Starts));
        Assert.IsGreaterThan(0.1, Error(result, 1));
        StringAssert.Contains(progress.Warnings.All.Single().Message, "analyses in");
    }

    [TestMethod]
    public void WithheldObservationsServeToo()
    {
        using var twin = ParquetArchive.Open(Folder.File("twin"));
        var result = ScoreWorkflow.Run(new(twin, [Folder.File("estimates")]) { AgainstTruth = false }, new SilentProgress());
        Assert.IsFalse(result.IsTruth);
        Assert.AreEqual(1, result.Scores[0].Results.First(r => r.Score == WithheldScoring.Misfit).Value, 0.3, "Of the truth it is sigma.");
    }

    [TestMethod]
    public void ScoresThatAreNotFiniteAreWarnedOf()
    {
        using var twin = ParquetArchive.Open(Folder.File("twin"));
        using (var estimates = ParquetArchive.Create(Folder.File("huge"), twin.Description))
        {
            estimates.WriteStates(ArchiveTable.Analyses, twin.ReadStates(ArchiveTable.Truth)
                .Select(b => b with { States = Array.ConvertAll(b.States.ToArray(), x => 1e25f * x) }));
        }

        var progress = new RecordingProgress();
        var result = ScoreWorkflow.Run(new(twin, [Folder.File("huge")]), progress);
        Assert.IsTrue(double.IsPositiveInfinity(Error(result, 0)));
        var warning = progress.Warnings.All.Single();
        Assert.AreEqual("score-not-finite", warning.Kind);
        Assert.Contains("that are not, the first of them root-mean-square-error at lead 0:", warning.Message);
    }

    [TestMethod]
    public void AModelsCardTakesTheScores()
    {
        ExampleModels.Write(Directory.CreateDirectory(Folder.File("model")).FullName);
        using var twin = ParquetArchive.Open(Folder.File("twin"));
        ScoreWorkflow.Run(new(twin, [Folder.File("estimates")]) { Record = Folder.File("model"), Margin = 5 }, new SilentProgress());
        var card = ModelFolder.ReadCard(Folder.File("model"));
        Assert.AreEqual(0.0, card.Scores["analysis RMSE, looking back only"]);
        Assert.AreEqual(5, card.ScoredOn!.Margin);
    }

    [TestMethod]
    public void FaultsNameTheirCure()
    {
        using var twin = ParquetArchive.Open(Folder.File("twin"));
        Expect<ArgumentException>("at least one archive", new(twin, []));
        Expect<ArchiveFormatException>("coda analyze", new(twin, [Folder.File("twin")]));
        Expect<ArgumentException>("expected estimates with a spread", new(twin, [Folder.File("estimates")]) { NeedsCalibration = true });
        Expect<ArgumentException>("one model", new(twin, [Folder.File("estimates"), Folder.File("estimates")]) { Record = "model" });
    }

    private static double Error(ScoreOutcome result, int table) =>
        result.Scores[table].Results.First(r => r.Score == RootMeanSquareError.Name && r.Sites == ScoredSites.All).Value;

    private static void Expect<T>(string said, ScoreJob job)
        where T : Exception => Assert.Contains(said, Assert.Throws<T>(() => ScoreWorkflow.Run(job, new SilentProgress())).Message);
}
