using Coda.Benchmarks.Devices;
using Coda.Data.Archives.Stored;
using Coda.Data.Cards;
using Coda.Tests.Archives;
using Coda.Training.Experiments;
using Coda.Workflows.Progress;
using Coda.Workflows.Training;

namespace Coda.Tests.Training;

/// <summary>The training that a GPU is borrowed for, in small on the CPU.</summary>
[TestClass]
[DoNotParallelize]
public sealed class TrainingWithinATimeTests
{
    [TestMethod]
    public void StepsAreMadeWhileThereIsTimeAndACheckpointGoesOn()
    {
        using var folder = new TemporaryDirectory();
        var (settings, output) = (FieldTrainingSettings.Dry(folder.Path), new StringWriter());
        Assert.AreEqual(settings.FirstSteps, FieldTraining.Run(output, settings with { Seconds = 0 }), "no time is left");
        Assert.AreEqual(settings.Experiment.Steps, FieldTraining.Run(output, settings), "no more than was asked for");
        StringAssert.Contains(output.ToString(), "With more time: ./coda train --archive ");

        using var archive = ParquetArchive.Open(settings.Archive);
        var longer = NamedExperiment.Read(settings.ExperimentFile) with { Steps = settings.Experiment.Steps + 2 };
        TrainWorkflow.Run(new TrainJob(longer, archive, settings.Model) { Threads = 1 }, new SilentProgress());
        CollectionAssert.AreEqual(new long[] { 3, 8, 10 }, TrainingHistory.Read(settings.Model)!.Steps.Where(step => step is 3 or 8 or 10).ToArray());
    }
}
