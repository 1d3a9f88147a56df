using System.Text.Json.Nodes;
using Coda.Data.Foundation;

namespace Coda.Training.Experiments;

/// <summary>The quasi-geostrophic flow of Sakov and Oke (2008) from observations along tracks alone, by a U-Net over ±4 observation times.</summary>
/// <remarks>
/// Meant for 300 points along tracks every 4 steps of 1.25 with sigma 2: the observing network <c>tracks</c>. Fitted to a filter's states of the record, the
/// network has an RMSE of 1.03 (docs/results-fields.md). A window enters as its 9 observation times (<c>every</c>); analyses between
/// them are as good as those at them. Time steps of 1.25 are close to the longest that are stable, so that the flow goes astray from states whose jets are
/// only a little too strong: states are smoothed, and rollouts are as long as from one pass to the next. From a model so trained (<c>--from</c>) longer ones
/// hold.
/// </remarks>
public sealed class QuasiGeostrophicExperiment : NamedExperiment
{
    /// <inheritdoc/>
    public override Experiment Experiment => new()
    {
        Name = "quasi-geostrophic",
        Description = "Quasi-geostrophic flow in a basin observed along tracks.",
        System = new Component("quasi-geostrophic"),
        Network = new Component(
            "unet25", new JsonObject { ["halfWidth"] = 16, ["every"] = 4, ["width"] = 16, ["levels"] = 3, ["smoothing"] = 4, ["readsPosition"] = true }),
        Loss = [new Component("data-misfit"), new Component("consistency", new JsonObject { ["alpha"] = 0.5 })],
        WithholdingFraction = 0.4,
        BlankingProbability = 0.1,
        RolloutLength = 4,
        BatchSize = 4,
        WarmUpSteps = 100,
        LearningRate = 1e-3,
        AveragingDecay = 0.99,
        Steps = 400,
        Reanalysis = new()
        {
            Method = new Component(
                "eakf", new JsonObject { ["members"] = 25, ["radius"] = 10, ["inflation"] = 1.01, ["start"] = "freeRun" }),
            SpinUpSteps = 280,
            Steps = 6000,
            BatchSize = 4,
        },
        ValidationInterval = 250,
        CheckpointInterval = 100,
    };
}
