using System.Text.Json.Nodes;
using Coda.Data.Foundation;

namespace Coda.Training.Experiments;

/// <summary>The demo: Lorenz-96 of 40 sites, 75 % missing, sigma 1; windows of ±50 steps, F estimated from 6.</summary>
/// <remarks>Expected without 50 steps at each end: analysis RMSE below 0.35, F within 2 % of 8.</remarks>
public sealed class Lorenz96Experiment : NamedExperiment
{
    /// <inheritdoc/>
    public override Experiment Experiment => new()
    {
        Name = "lorenz96",
        Description = "Lorenz-96 of 40 sites observed sparsely with noise, F estimated jointly from a wrong start.",
        System = new Component("lorenz96"),
        Network = new Component("time-channel", new JsonObject { ["halfWidth"] = 50, ["width"] = 96 }),
        Parameters = [new TrainedParameter("F", 6)],
        Loss = [new Component("data-misfit"), new Component("consistency", new JsonObject { ["alpha"] = 0.5 })],
        WithholdingFraction = 0.4,
        BlankingProbability = 0.2,
        RolloutLength = 25,
        BatchSize = 64,
        ParameterLearningRate = 1e-2,
        Steps = 4500,
    };
}
