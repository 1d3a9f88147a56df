using System.Text.Json.Nodes;
using Coda.Data.Foundation;

namespace Coda.Training.Experiments;

/// <summary>Lorenz-96 of one level with a pointwise correction that learns the missing second level from observations of the slow variables.</summary>
/// <remarks>
/// Zinchenko and Greenberg (2024), section 3.4. Reads an archive of <c>lorenz96-two-level</c> observed through <c>site-selection</c> of the field x.
/// The best local correction leaves a coupling residual of 0.530; without one the rollouts hold for a shorter time.
/// </remarks>
public sealed class Lorenz96TwoLevelExperiment : NamedExperiment
{
    /// <inheritdoc/>
    public override Experiment Experiment => new()
    {
        Name = "lorenz96-two-level",
        Description = "One-level Lorenz-96 of 36 sites whose correction learns the fast variables that it lacks.",
        System = new Component("lorenz96", new JsonObject { ["size"] = 36, ["forcing"] = 10.0 }),
        Network = new Component("time-channel", new JsonObject { ["halfWidth"] = 50, ["width"] = 96 }),
        Correction = new Component("pointwise"),
        Loss = [new Component("data-misfit"), new Component("consistency", new JsonObject { ["alpha"] = 0.5 })],
        WithholdingFraction = 0.4,
        BlankingProbability = 0.2,
        RolloutLength = 25,
        Steps = 6000,
    };
}
