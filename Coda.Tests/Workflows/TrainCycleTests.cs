using Coda.Data.Cards;
using Coda.Tests.Cli;
using Coda.Tests.Inference;
using Coda.Training.Experiments;

namespace Coda.Tests.Workflows;

/// <summary>A sequential analysis from an archive to analyses, by each teacher, from the library and the command line.</summary>
[TestClass]
[DoNotParallelize]
public sealed class TrainCycleTests
{
    private static readonly TrainedRuns Runs = new(ExampleTwins.Lorenz96(steps: 100, trajectories: 12, fraction: 0.6));

    [ClassCleanup]
    public static void Remove() => Runs.Dispose();

    [TestMethod]
    [DataRow(CycleTeacher.Truth)]
    [DataRow(CycleTeacher.Observations)]
    [DataRow(CycleTeacher.Reanalysis)]
    public void EveryTeacherEndsInAModelThatIsRun(CycleTeacher teacher)
    {
        var card = Runs.TrainAndCheck(Of(teacher), $"{teacher}", teacher == CycleTeacher.Reanalysis, ModelRoles.Cycle);
        Assert.AreEqual((1, "local-gain"), (card.CycleSteps, card.Network.Name));
        Runs.AnalyzeAndScore($"{teacher}");
        StringAssert.Contains(CommandRun.InProcess("inspect", Runs.File($"{teacher}")).Succeeded().Output, "a sequential analysis each step");
    }

    [TestMethod]
    public void ARunGoesOnFromItsStatesAndCheckpointAndAnotherStartsFromItsModel() => Runs.GoOn(
        Of(CycleTeacher.Reanalysis), Of(CycleTeacher.Truth), CycleExamples.Experiment with { Cycle = null }, ModelRoles.Cycle);

    [TestMethod]
    public void ATruthThatIsNotThereIsRefused() => Runs.RefuseTruth(Of(CycleTeacher.Truth), "cycle.teacher");

    private static Experiment Of(CycleTeacher teacher) =>
        CycleExamples.Experiment with { Cycle = CycleExamples.Experiment.Cycle! with { Teacher = teacher } };
}
