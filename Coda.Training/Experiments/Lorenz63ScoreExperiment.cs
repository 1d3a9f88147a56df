using System.Text.Json.Nodes;
using Coda.Data.Foundation;

namespace Coda.Training.Experiments;

/// <summary>The score of Lorenz-63's trajectories, in segments of eleven states a tenth of a time unit apart.</summary>
/// <remarks>
/// After Rozet and Louppe (2023), doi:10.48550/arXiv.2306.10574. Meant for steps of 0.01 and a training record on which all of x, y and z are observed often
/// enough for a smoother: that one makes the segments, from its observations alone; what is analyzed with the score may be observed by less.
/// </remarks>
public sealed class Lorenz63ScoreExperiment : NamedExperiment
{
    /// <inheritdoc/>
    public override Experiment Experiment => new()
    {
        Name = "lorenz63-score",
        Description = "The score of Lorenz-63's trajectories, in segments of eleven states a tenth of a time unit apart.",
        System = new Component("lorenz63"),
        Score = new ScoreFit
        {
            Network = new Component("residual-score", new JsonObject { ["blanket"] = 5, ["width"] = 128, ["blocks"] = 3 }),
            Every = 10,
            Method = new Component(
                "iterated-extended-smoother",
                new JsonObject { ["firstGuess"] = "enks:members=20,inflation=1.02,lag=100", ["modelErrorVariance"] = 1e-4, ["hasSpread"] = false }),
        },
        BatchSize = 256,
        Steps = 20_000,
        WarmUpSteps = 500,
        LearningRate = 2e-3,
        GradientNorm = 1,
        AveragingDecay = 0.999,
        ValidationInterval = 1000,
        CheckpointInterval = 1000,
    };
}
