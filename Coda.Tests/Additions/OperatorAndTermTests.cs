using Coda.Data.Archives.Stored;
using Coda.Data.Foundation;
using Coda.Tests.Archives;
using Coda.Tests.Cli;
using Coda.Training.Experiments;
using Coda.Training.Optimization;
using Coda.Training.Stages;

namespace Coda.Tests.Additions;

/// <summary>An observation operator and a term of the loss from outside, a file each, observe, train and are exported like those of Coda.</summary>
[TestClass]
public sealed class OperatorAndTermTests
{
    [TestMethod]
    public void TheyWorkFromTheCommandLineAndTheLibrary()
    {
        using var folder = new TemporaryDirectory();
        var (record, model) = (folder.File("record"), folder.File("model"));
        CommandRun.InProcess(Tiny.Simulate(record, 2, 200, "--set", "system.size=8", "--operator", "saturating-gauge")).Succeeded();
        string[] settings =
        [
            "system.size=8", "network.halfWidth=3", "network.width=6", "network.blocks=1", "batchSize=6", "rolloutLength=4",
                "loss.gradient-consistency.weight=0.02",
        ];
        var file = folder.File("gradient.json");
        File.WriteAllText(file, """{"base":"lorenz96","loss":["data-misfit","consistency","gradient-consistency"]}""");
        CommandRun.InProcess(["train", "--archive", record, "--experiment", file, "--steps", "10", "--threads", "1", "--output", model, "--set", .. settings])
            .Succeeded();
        CommandRun.InProcess("analyze", "--archive", record, "--model", model, "--output", folder.File("analyses")).Succeeded();
        CommandRun.InProcess("analyze", "--archive", record, "--method", "letkf", "--set", "spinUpSteps=50", "--output", folder.File("letkf")).Succeeded();

        var progress = new Progress(new List<string>());
        var experiment = new Experiment
        {
            System = new("lorenz96", new() { ["size"] = 8 }),
            Network = new("time-channel", new() { ["halfWidth"] = 3, ["width"] = 6, ["blocks"] = 1 }),
            Loss = [new("data-misfit"), new("consistency"), new Component("gradient-consistency")], Steps = 5, BatchSize = 6, RolloutLength = 4,
        };
        using var archive = ParquetArchive.Open(record);
        using var training = new TrainingLoop(new JointStage(experiment, archive), folder.File("checkpoint"), threads: 1);
        training.Run(progress);
        CollectionAssert.Contains(progress.Terms, "gradient-consistency");
    }

    private sealed class Progress(List<string> terms) : IProgress<TrainingProgress>
    {
        public List<string> Terms { get; } = terms;

        public void Report(TrainingProgress value) => Terms.AddRange(value.Terms.Keys);
    }
}
