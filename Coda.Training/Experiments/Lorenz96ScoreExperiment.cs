using System.Text.Json.Nodes;
using Coda.Data.Foundation;

namespace Coda.Training.Experiments;

/// <summary>The score of Lorenz-96's trajectories, in segments of seven states a twentieth of a time unit apart, the same everywhere on the ring.</summary>
/// <remarks>
/// After Rozet and Louppe (2023), doi:10.48550/arXiv.2306.10574. Meant for steps of 0.01. The usual smoother makes the segments of the training record, from
/// its observations alone.
/// </remarks>
public sealed class Lorenz96ScoreExperiment : NamedExperiment
{
    /// <inheritdoc/>
    public override Experiment Experiment => new()
    {
        Name = "lorenz96-score",
        Description = "The score of Lorenz-96's trajectories, in segments of seven states a twentieth of a time unit apart.",
        System = new Component("lorenz96"),
        Score = new ScoreFit
        {
            Network = new Component("residual-score", new JsonObject { ["blanket"] = 3, ["width"] = 48, ["blocks"] = 2 }),
            Every = 5,
            SpinUpSteps = 50,
        },
        BatchSize = 32,
        Steps = 3000,
        WarmUpSteps = 100,
        LearningRate = 3e-3,
        GradientNorm = 1,
        AveragingDecay = 0.99,
        ValidationInterval = 500,
        CheckpointInterval = 500,
    };
}
