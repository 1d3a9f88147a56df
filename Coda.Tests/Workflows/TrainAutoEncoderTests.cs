using Coda.Data.Cards;
using Coda.Tests.Cli;
using Coda.Tests.Inference;
using Coda.Training.Experiments;

namespace Coda.Tests.Workflows;

/// <summary>An auto-encoder from an archive to analyses, by each teacher, from the library and the command line.</summary>
[TestClass]
[DoNotParallelize]
public sealed class TrainAutoEncoderTests
{
    private static readonly TrainedRuns Runs = new(ExampleTwins.Lorenz96(steps: 100, trajectories: 12, fraction: 0.6));

    [ClassCleanup]
    public static void Remove() => Runs.Dispose();

    [TestMethod]
    [DataRow(StateTeacher.Truth)]
    [DataRow(StateTeacher.Reanalysis)]
    public void EveryTeacherEndsInAModelThatIsRun(StateTeacher teacher)
    {
        var (name, isReanalysis) = ($"{teacher}", teacher == StateTeacher.Reanalysis);
        Assert.AreEqual("convolutional", Runs.TrainAndCheck(Of(teacher), name, isReanalysis, ModelRoles.Encoder, ModelRoles.Decoder).Network.Name);
        Runs.AnalyzeAndScore(name, "--steps", "0..40");
        StringAssert.Contains(CommandRun.InProcess("inspect", Runs.File(name)).Succeeded().Output, "an auto-encoder of states");
    }

    [TestMethod]
    public void ARunGoesOnFromItsStatesAndCheckpointAndAnotherStartsFromItsModel() => Runs.GoOn(
        Of(StateTeacher.Reanalysis), Of(StateTeacher.Truth), LatentExamples.Experiment with { AutoEncoder = null }, ModelRoles.Decoder);

    [TestMethod]
    public void ATruthThatIsNotThereIsRefused() => Runs.RefuseTruth(Of(StateTeacher.Truth), "autoEncoder.teacher");

    private static Experiment Of(StateTeacher teacher) =>
        LatentExamples.Experiment with { AutoEncoder = LatentExamples.Experiment.AutoEncoder! with { Teacher = teacher } };
}
