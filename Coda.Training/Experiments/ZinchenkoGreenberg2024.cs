using System.Text.Json.Nodes;
using Coda.Data.Foundation;

namespace Coda.Training.Experiments;

/// <summary>The paper's network and loss with the consistency term aligned: 1.5-D U-Net, windows of ±25 steps, rollouts of 25, α = 0.5.</summary>
/// <remarks>
/// V. Zinchenko and D. S. Greenberg (2024), section 3.2: Adam at 1e-3 without weight decay, analysis RMSE 0.41. The number of steps and the batch are ours.
/// </remarks>
public sealed class ZinchenkoGreenberg2024 : NamedExperiment
{
    /// <inheritdoc/>
    public override Experiment Experiment => Aligned(laterOffset: 0) with
    {
        Name = "zinchenko-greenberg-2024",
        Description = "The 1.5-D U-Net of Zinchenko and Greenberg (2024) on Lorenz-96, with the consistency term aligned.",
    };

    /// <summary>The paper's settings with a choice of alignment.</summary>
    /// <param name="laterOffset">How many steps after the rollout's end the later window is centred.</param>
    internal static Experiment Aligned(int laterOffset) => new()
    {
        System = new Component("lorenz96"),
        Network = new Component("unet15", new JsonObject { ["halfWidth"] = 25 }),
        Loss =
        [
            new Component("data-misfit"),
            new Component("consistency", new JsonObject { ["alpha"] = 0.5, ["laterOffset"] = laterOffset }),
        ],
        RolloutLength = 25,
        LearningRate = 1e-3,
        WarmUpSteps = 0,
        AveragingDecay = 0,
        BlankingProbability = 0,
        Steps = 20000,
    };
}
