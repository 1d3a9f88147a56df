using Coda.Data.Foundation;
using Coda.Data.Twins;
using Coda.Tests.Inference;
using Coda.Training.Experiments;
using Coda.Training.Stages;

namespace Coda.Tests.Training;

/// <summary>Emulators of Lorenz-63, with random weights or few steps of training.</summary>
internal static class EmulatorExamples
{
    /// <summary>Lorenz-63, all of it observed at each step.</summary>
    public static TwinExperiment Twin { get; } = new()
    {
        System = new Component("lorenz63"),
        StepLength = 0.05,
        StepCount = 160,
        TrajectoryCount = 11,
        SpinUpSteps = 500,
        ObservingNetwork = new Component("random-fraction", new() { ["fraction"] = 1 }),
        Seed = 5,
    };

    /// <summary>A small memory and few steps.</summary>
    public static Experiment Experiment { get; } = new()
    {
        Name = "emulator",
        System = new Component("lorenz63"),
        Emulator = new EmulatorFit { Network = new Component("lstm", new() { ["width"] = 4, ["layers"] = 2 }), Length = 5, Cycles = 2 },
        Steps = 6,
        BatchSize = 4,
        WarmUpSteps = 2,
        GradientNorm = 1,
        ValidationInterval = 3,
        CheckpointInterval = 5,
    };

    /// <summary>The stage, on the twin's truth as states.</summary>
    public static EmulatorStage Stage(Experiment? experiment = null)
    {
        var archive = Twin.Archive();
        return new EmulatorStage(experiment ?? Experiment, archive, new Reanalysis(archive.Description, 3, Twin.Truth()));
    }

    /// <summary>A model with small random weights.</summary>
    public static TrainedModel Model()
    {
        var stage = Stage();
        var part = ModelExamples.Part(EmulatorStage.Emulator, stage.Network, 3);
        var weights = new Dictionary<string, Dictionary<string, float[]>> { [part.Name] = part.Weights.ToDictionary() };
        return stage.End(new(weights, new Dictionary<string, double>(), 0.5));
    }
}
