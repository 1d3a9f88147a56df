using Coda.Data.Cards;
using Coda.Tests.Cli;
using Coda.Tests.Inference;
using Coda.Training.Experiments;

namespace Coda.Tests.Workflows;

/// <summary>A score from an archive to samples, by each teacher, from the library and the command line.</summary>
[TestClass]
[DoNotParallelize]
public sealed class TrainScoreTests
{
    private static readonly TrainedRuns Runs = new(ScoreExamples.Twin());

    [ClassCleanup]
    public static void Remove() => Runs.Dispose();

    [TestMethod]
    [DataRow(StateTeacher.Truth)]
    [DataRow(StateTeacher.Reanalysis)]
    public void EveryTeacherEndsInAModelThatIsRun(StateTeacher teacher)
    {
        var (name, members) = ($"{teacher}", Runs.File($"{teacher}-members"));
        Assert.AreEqual(4, Runs.TrainAndCheck(Of(teacher), name, teacher == StateTeacher.Reanalysis, ModelRoles.Score).SegmentSteps);
        string[] few = ["--set", "members=4", "levels=4", "--trajectories", "0..2"];
        Runs.AnalyzeAndScore(name, few);
        CommandRun.InProcess(["analyze", "--archive", Runs.Archive, "--model", Runs.File(name), "--members", "4", "--output", members, .. few]).Succeeded();
        CommandRun.InProcess("distance", "--reference", members, "--analyses", members).Succeeded();
        StringAssert.Contains(CommandRun.InProcess("inspect", Runs.File(name)).Succeeded().Output, "score of stretches");
    }

    [TestMethod]
    public void ARunGoesOnFromItsStatesAndCheckpointAndAnotherStartsFromItsModel() => Runs.GoOn(
        Of(StateTeacher.Reanalysis), Of(StateTeacher.Truth), ScoreExamples.Experiment with { Score = null }, ModelRoles.Score);

    [TestMethod]
    public void ATruthThatIsNotThereIsRefused() => Runs.RefuseTruth(Of(StateTeacher.Truth), "score.teacher");

    private static Experiment Of(StateTeacher teacher) =>
        ScoreExamples.Experiment with { Score = ScoreExamples.Experiment.Score! with { Teacher = teacher } };
}
