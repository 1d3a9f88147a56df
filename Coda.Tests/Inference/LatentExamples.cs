using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Twins;
using Coda.Tests.Training;
using Coda.Training.Experiments;
using Coda.Training.Export;
using Coda.Training.Stages;

namespace Coda.Tests.Inference;

/// <summary>Models whose network is an auto-encoder, with random weights or few steps of training.</summary>
internal static class LatentExamples
{
    /// <summary>A small auto-encoder of a ring of 8.</summary>
    public static Experiment Experiment { get; } = new()
    {
        Name = "latent",
        System = new Component("lorenz96", new() { ["size"] = 8 }),
        AutoEncoder = new AutoEncoderFit
        {
            Network = new Component(
                "convolutional", new() { ["size"] = 6, ["stride"] = 4, ["patch"] = 2, ["width"] = 6, ["blocks"] = 1, ["kernel"] = 3 }),
        },
        Steps = 6,
        BatchSize = 4,
        WarmUpSteps = 2,
        GradientNorm = 1,
        ValidationInterval = 3,
        CheckpointInterval = 5,
    };

    /// <summary>Kolmogorov flow on 8 x 8 points, a third of which is seen every other step.</summary>
    public static TwinExperiment Flow { get; } = new()
    {
        System = new Component("kolmogorov-flow", new() { ["size"] = 8, ["forceWaves"] = 2 }),
        StepLength = 0.05,
        SpinUpSteps = 100,
        ObservingNetwork = new Component("random-fraction", new() { ["fraction"] = 0.3, ["interval"] = 2 }),
        Sigma = 0.3,
        TrajectoryCount = 12,
        StepCount = 30,
        Seed = 3,
    };

    /// <summary>A small auto-encoder of its states.</summary>
    public static Experiment FlowExperiment { get; } = Experiment with
    {
        System = Flow.System,
        AutoEncoder = new AutoEncoderFit
        {
            Network = new Component(
                "convolutional", new() { ["size"] = 16, ["stride"] = 4, ["patch"] = 2, ["width"] = 6, ["blocks"] = 1, ["kernel"] = 3 }),
        },
    };

    /// <summary>The stage, on the twin's truth as states.</summary>
    public static AutoEncoderStage Stage(TwinExperiment twin, Experiment? experiment = null)
    {
        var archive = twin.Archive();
        return new AutoEncoderStage(experiment ?? Experiment, archive, new Reanalysis(archive.Description, archive.Description.Layout.Size, twin.Truth()));
    }

    /// <summary>A model with small random weights, as a folder.</summary>
    public static ModelCard Write(string folder, TwinExperiment? twin = null, Experiment? experiment = null)
    {
        var stage = Stage(twin ?? ExampleTwins.Lorenz96(steps: 200, fraction: 0.5), experiment);
        var part = ModelExamples.Part(AutoEncoderStage.AutoEncoder, stage.Network, 3);
        var weights = new Dictionary<string, Dictionary<string, float[]>> { [part.Name] = part.Weights.ToDictionary() };
        return ModelExport.Write(stage.End(new(weights, new Dictionary<string, double>(), 0.5)), folder, "");
    }

    /// <summary>A model whose latent numbers are twice the state's entries, as a folder.</summary>
    public static ModelCard WriteIdentity(string folder, TwinExperiment twin)
    {
        var archive = twin.Archive();
        var experiment = Experiment with
        {
            System = twin.System, AutoEncoder = Experiment.AutoEncoder! with { Network = new Component("identity") },
        };
        var stage = new AutoEncoderStage(experiment, archive, new Reanalysis(archive.Description, archive.Description.Layout.Size, twin.Truth()));
        var none = new Dictionary<string, Dictionary<string, float[]>> { [AutoEncoderStage.AutoEncoder] = [] };
        return ModelExport.Write(stage.End(new(none, new Dictionary<string, double>(), 0.5)), folder, "");
    }
}
