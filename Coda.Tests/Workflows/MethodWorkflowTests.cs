using Coda.Classical.Tuning;
using Coda.Data.Archives.Stored;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Scoring;
using Coda.Inference.Sessions;
using Coda.Tests.Archives;
using Coda.Tests.Clusters;
using Coda.Tests.Inference;
using Coda.Workflows.Comparing;
using Coda.Workflows.Progress;
using Coda.Workflows.Simulating;
using Coda.Workflows.Tuning;

namespace Coda.Tests.Workflows;

/// <summary>Methods are chosen and compared.</summary>
[TestClass]
public sealed class MethodWorkflowTests
{
    private static readonly TemporaryDirectory Folder = new();

    [ClassInitialize]
    public static void Simulate(TestContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        SimulateWorkflow.Run(new(ExampleTwins.Lorenz96(steps: 120, fraction: 0.5) with { Withheld = new(0.1, 1) }, Folder.File("twin")), new SilentProgress());
        ExampleModels.Write(Directory.CreateDirectory(Folder.File("model")).FullName);
    }

    [ClassCleanup]
    public static void Remove() => Folder.Dispose();

    [TestMethod]
    public void TheChoiceThatFitsBestIsWritten()
    {
        using var archive = ParquetArchive.Open(Folder.File("twin"));
        var progress = new RecordingProgress();
        var job = new TuneJob(archive, new Component("etkf", new() { ["members"] = 10 }))
        {
            Sweeps = [new OptionSweep("inflation", [1.0, 1.02, 1.1])], Margin = 20, Workers = 1, Output = Folder.File("tuned", "etkf.json"), Command = "a test",
        };
        var result = TuneWorkflow.Run(job, progress);
        Assert.HasCount(3, result.Trials);
        Assert.AreEqual(result.Trials.Min(t => t.Find(WithheldScoring.Misfit)!.Value), result.Best.Find(WithheldScoring.Misfit)!.Value);
        CollectionAssert.AreEqual(new[] { "tune (etkf)" }, progress.Stages);
        Assert.AreEqual("3 of 3", progress.States[^1].Detail);
        var tuned = CodaJson.Read<TunedMethod>(result.File);
        Assert.AreEqual((result.Best.Method.DescribeOptions(), "a test"), (tuned.Method.DescribeOptions(), tuned.Command));
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(5)]
    public void RanksDivideTheChoicesAndComeToTheSame(int count)
    {
        TuneJob Job(ParquetArchive archive, string name) => new(archive, new Component("etkf", new() { ["members"] = 10 }))
        {
            Sweeps = [new OptionSweep("inflation", [1.0, 1.02, 30.0, 1.1])], Margin = 20, Workers = 1, Output = Folder.File("tuned", name), Command = "a test",
        };
        using var archive = ParquetArchive.Open(Folder.File("twin"));
        var alone = TuneWorkflow.Run(Job(archive, "alone.json"), new SilentProgress());
        var outcomes = ThreadRanks.Run(count, ranks =>
        {
            using var own = ParquetArchive.Open(Folder.File("twin"));
            return TuneWorkflow.Run(Job(own, "ranks.json") with { Ranks = ranks }, new SilentProgress());
        });
        foreach (var outcome in outcomes)
        {
            CollectionAssert.AreEqual(alone.Trials.Select(Told).ToArray(), outcome.Trials.Select(Told).ToArray());
            Assert.AreEqual(Told(alone.Best), Told(outcome.Best));
        }

        Assert.AreEqual(File.ReadAllText(alone.File), File.ReadAllText(outcomes[0].File));

        // All but the time that it took.
        static string Told(MethodTrial trial) => System.Text.Json.JsonSerializer.Serialize(trial with { Seconds = 0 }, CodaJson.Options);
    }

    [TestMethod]
    public void TuningNeedsWithheldObservationsAndAChoiceThatLasts()
    {
        SimulateWorkflow.Run(new(ExampleTwins.Lorenz96(), Folder.File("none")) { HasTruth = false }, new SilentProgress());
        using var none = ParquetArchive.Open(Folder.File("none"));
        Expect<ArgumentException>("--withhold 0.05", new(none, new("etkf")));
        using var archive = ParquetArchive.Open(Folder.File("twin"));
        Expect<DivergenceException>("Every one of 2 choices diverged", new(archive, new("etkf", new() { ["members"] = 3 }))
        {
            Sweeps = [new OptionSweep("inflation", [30.0, 40.0])], Workers = 1, Output = Folder.File("lost.json"),
        });
        Assert.IsFalse(File.Exists(Folder.File("lost.json")));
    }

    [TestMethod]
    public void MethodsAreComparedAgainstTheTruth()
    {
        using var archive = ParquetArchive.Open(Folder.File("twin"));
        using var model = OnnxModel.Open(Folder.File("model"));
        Component[] methods = [new("network"), new("climatology"), new("enks", new() { ["lag"] = 5, ["members"] = 8 })];
        var result = CompareWorkflow.Run(new(archive) { Methods = methods, Model = model, Margin = 10 }, new SilentProgress());
        Assert.IsTrue(result.IsTruth);
        CollectionAssert.AreEqual(new[] { "network", "climatology", "enks" }, result.Trials.Select(t => t.Method.Name).ToArray());
        Assert.IsTrue(result.Trials.All(t => t.Find(RootMeanSquareError.Name)!.Value > 0));
        Assert.IsTrue(result.Trials[2].IsSmoother);
    }

    [TestMethod]
    public void MethodsThatNobodyAskedForMayRefuse()
    {
        SimulateWorkflow.Run(new(ExampleTwins.Lorenz96(steps: 120, trajectories: 1, fraction: 0.5), Folder.File("short")), new SilentProgress());
        using var archive = ParquetArchive.Open(Folder.File("short"));
        var progress = new RecordingProgress();
        var result = CompareWorkflow.Run(new(archive) { Workers = 0 }, progress);
        Assert.Contains("network is left out", string.Join('\n', progress.Said));
        Assert.DoesNotContain("network", result.Trials.Select(t => t.Method.Name));
        Assert.ThrowsExactly<ArgumentException>(() => CompareWorkflow.Run(new(archive) { Methods = [new("network")] }, progress));
    }

    private static void Expect<T>(string said, TuneJob job)
        where T : Exception => Assert.Contains(said, Assert.ThrowsExactly<T>(() => TuneWorkflow.Run(job, new SilentProgress())).Message);
}
