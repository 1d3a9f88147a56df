using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Data.Twins;
using Coda.Tests.Archives;
using Coda.Tests.Training;
using Coda.Training.Experiments;
using Coda.Training.Export;
using Coda.Training.Optimization;
using Coda.Training.Stages;

namespace Coda.Tests.Inference;

/// <summary>Models whose network is a score, with random weights or few steps of training.</summary>
internal static class ScoreExamples
{
    /// <summary>A small score of Lorenz-63, three states four steps apart.</summary>
    public static Experiment Experiment { get; } = new()
    {
        Name = "score",
        System = new Component("lorenz63"),
        Score = new ScoreFit { Network = new Component("residual-score", new() { ["blanket"] = 1, ["width"] = 16, ["blocks"] = 1 }), Every = 4 },
        Steps = 6,
        BatchSize = 4,
        WarmUpSteps = 2,
        GradientNorm = 1,
        ValidationInterval = 3,
        CheckpointInterval = 5,
    };

    /// <summary>A record of Lorenz-63, all observed.</summary>
    public static TwinExperiment Twin(int steps = 60, int trajectories = 12, double fraction = 1, int interval = 4) => new()
    {
        System = new Component("lorenz63"),
        ObservingNetwork = new Component("random-fraction", new() { ["fraction"] = fraction, ["interval"] = interval }),
        Sigma = 1,
        StepLength = 0.02,
        StepCount = steps,
        TrajectoryCount = trajectories,
        Seed = 4,
    };

    /// <summary>The stage, on the twin's truth as states.</summary>
    public static ScoreStage Stage(TwinExperiment twin, Experiment? experiment = null)
    {
        var archive = twin.Archive();
        return new ScoreStage(experiment ?? Experiment, archive, new Reanalysis(archive.Description, archive.Description.Layout.Size, twin.Truth()));
    }

    /// <summary>A model of a network with small random weights, as a folder.</summary>
    public static ModelCard Write(string folder, Component? network = null, Func<string, float[], float[]>? weights = null)
    {
        var experiment = network is null ? Experiment : Experiment with { Score = Experiment.Score! with { Network = network } };
        return Write(folder, Stage(Twin(), experiment), weights);
    }

    /// <summary>The same of a ring of 8, states a step apart.</summary>
    public static ModelCard WriteRing(string folder) => Write(folder, Stage(ExampleTwins.Lorenz96(steps: 200), Experiment with
    {
        System = new Component("lorenz96", new() { ["size"] = 8 }), Score = Experiment.Score! with { Every = 1 },
    }));

    private static ModelCard Write(string folder, ScoreStage stage, Func<string, float[], float[]>? weights = null)
    {
        var part = ModelExamples.Part(ScoreStage.Score, stage.Network, 3);
        var values = part.Weights.ToDictionary(w => w.Key, w => weights?.Invoke(w.Key, w.Value) ?? w.Value);
        var trained = new TrainedWeights(new Dictionary<string, Dictionary<string, float[]>> { [part.Name] = values }, new Dictionary<string, double>(), 0.5);
        return ModelExport.Write(stage.End(trained), folder, "");
    }
}
