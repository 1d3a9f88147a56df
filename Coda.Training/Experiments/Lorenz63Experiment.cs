using System.Text.Json.Nodes;
using Coda.Data.Foundation;

namespace Coda.Training.Experiments;

/// <summary>Lorenz-63 with its sites folded into channels: a layout that is no ring.</summary>
/// <remarks>The window of ±50 steps of 0.01 spans about one turn around a wing.</remarks>
public sealed class Lorenz63Experiment : NamedExperiment
{
    /// <inheritdoc/>
    public override Experiment Experiment => new()
    {
        Name = "lorenz63",
        Description = "Lorenz-63 observed sparsely with noise.",
        System = new Component("lorenz63"),
        Network = new Component("time-channel", new JsonObject { ["halfWidth"] = 50, ["width"] = 96 }),
        RolloutLength = 25,
        Steps = 5000,
    };
}
