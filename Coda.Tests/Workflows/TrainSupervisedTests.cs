using System.Text.Json.Nodes;
using Coda.Cli;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Tests.Cli;
using Coda.Tests.Training;
using Coda.Training.Experiments;
using Coda.Workflows.Training;

namespace Coda.Tests.Workflows;

/// <summary>Networks of windows fitted to the truth of a twin experiment, as published systems are.</summary>
[TestClass]
[DoNotParallelize]
public sealed class TrainSupervisedTests
{
    private static readonly TrainedRuns Runs = new(TrainingExamples.Twin with { StepCount = 120 });

    private static Experiment Experiment => TrainingExamples.Experiment with
    {
        Parameters = [],
        Network = new Component("variational-solver", new JsonObject { ["halfWidth"] = 8, ["iterations"] = 2, ["width"] = 6, ["memory"] = 2 }),
        Steps = 1,
        Reanalysis = new ReanalysisFit { Steps = 6, Teacher = StateTeacher.Truth },
    };

    [ClassCleanup]
    public static void Remove() => Runs.Dispose();

    [TestMethod]
    public void TheTruthIsTheTeacherWhereItIsAskedForAndNoReanalysisIsMade()
    {
        var card = Runs.TrainAndCheck(Experiment, "supervised", hasReanalysis: false);
        CollectionAssert.AreEqual(
            new[] { "joint", "reanalysis" }, TrainingHistory.Read(Runs.File("supervised"))!.Stages.Distinct().ToArray());
        Runs.AnalyzeAndScore("supervised");
        var other = Runs.TrainAndCheck(
            Experiment with { Reanalysis = new ReanalysisFit { Steps = 6, Method = new Component("extended-kalman-filter") } }, "taught", hasReanalysis: true);
        Assert.AreNotEqual(other.Files[GraphFiles.Analysis].Sha256, card.Files[GraphFiles.Analysis].Sha256);
        Assert.AreEqual(card.Files[GraphFiles.Analysis].Sha256, Runs.Train(Experiment, "again").Files[GraphFiles.Analysis].Sha256);
        var from = Runs.Train(Experiment, "further", from: "taught");
        Assert.AreEqual(from.Files[GraphFiles.Forecast].Sha256, other.Files[GraphFiles.Forecast].Sha256);
    }

    [TestMethod]
    public void WithoutATruthOrBesideAnotherTeachersOptionsItIsRefused()
    {
        CommandRun.InProcess("simulate", "--trajectories", "2", "--steps", "60", "--spin-up", "20", "--no-truth", "--output", Runs.File("real")).Succeeded();
        CommandRun.InProcess(
            "train", "--archive", Runs.File("real"), "--set", "reanalysis.teacher=truth", "--output", Runs.File("none"))
            .Failed(ExitCodes.Usage, "reanalysis.teacher: expected another teacher");
        Assert.IsFalse(Directory.Exists(Runs.File("none")), "Nothing is begun.");
        Runs.Train(Experiment with { Reanalysis = null }, "kept");
        foreach (var asked in new[] { "reanalysis.teacher=truth", "cycle.teacher=truth", "autoEncoder.teacher=truth", "score.teacher=truth" })
        {
            CommandRun.InProcess("train", "--archive", Runs.File("real"), "--restart", "--set", asked, "--output", Runs.File("kept"))
                .Failed(ExitCodes.Usage, $"{asked.Split('=')[0]}: expected another teacher");
            Assert.IsTrue(File.Exists(Runs.File(Path.Combine("kept", ModelFolder.Card))), "Nothing is forgotten before it is known that another is trained.");
        }

        Assert.Contains("modelErrorVariance", Assert.ThrowsExactly<ArgumentException>(
            (Experiment with { Reanalysis = Experiment.Reanalysis! with { ModelErrorVariance = 1e-4 } }).Check).Message);
    }
}
