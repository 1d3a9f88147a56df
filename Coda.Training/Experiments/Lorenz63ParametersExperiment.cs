using System.Text.Json.Nodes;
using Coda.Data.Foundation;

namespace Coda.Training.Experiments;

/// <summary>Lorenz-63 with all three of its parameters estimated at once, from starts 30 % off.</summary>
/// <remarks>Meant for x and z observed every fifth step of .01 with sigma 1: the observing network <c>fixed-sites</c> with sites 0 and 2 and interval
/// 5.</remarks>
public sealed class Lorenz63ParametersExperiment : NamedExperiment
{
    /// <inheritdoc/>
    public override Experiment Experiment => new()
    {
        Name = "lorenz63-parameters",
        Description = "Lorenz-63 of which x and z are observed every fifth step; σ, ρ and β estimated jointly from starts 30 % off.",
        System = new Component("lorenz63"),
        Network = new Component("time-channel", new JsonObject { ["halfWidth"] = 50, ["width"] = 96 }),
        Parameters = [new TrainedParameter("sigma", 7), new TrainedParameter("rho", 36.4), new TrainedParameter("beta", 1.87)],
        RolloutLength = 25,
        ParameterLearningRate = 2e-2,
        Steps = 6000,
    };
}
