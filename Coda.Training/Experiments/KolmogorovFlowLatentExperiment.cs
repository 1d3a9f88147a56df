using System.Text.Json.Nodes;
using Coda.Data.Foundation;

namespace Coda.Training.Experiments;

/// <summary>An auto-encoder of 64 numbers for the states of Kolmogorov flow on 32 x 32 points, of which a few are observed now and then.</summary>
/// <remarks>
/// Meant for steps of 0.05 and sigma 0.5. It is trained on an EnKS's states of the training record, from its observations alone;
/// <c>autoEncoder.teacher=truth autoEncoder.method=null</c> takes the truth of a twin experiment. What its 4D- and 3D-Var err by stands in
/// docs/learned/latent.md.
/// </remarks>
public sealed class KolmogorovFlowLatentExperiment : NamedExperiment
{
    /// <inheritdoc/>
    public override Experiment Experiment => new()
    {
        Name = "kolmogorov-flow-latent",
        Description = "An auto-encoder of 64 numbers for Kolmogorov flow on 32 x 32 points.",
        System = new Component("kolmogorov-flow", new JsonObject { ["size"] = 32 }),
        Integrator = new Component("runge-kutta4"),
        AutoEncoder = new AutoEncoderFit
        {
            Network = new Component(
                "convolutional", new JsonObject { ["size"] = 64, ["stride"] = 8, ["patch"] = 4, ["width"] = 48, ["blocks"] = 2, ["kernel"] = 3 }),
            Method = new Component(
                "enks", new JsonObject { ["filter"] = "eakf", ["members"] = 20, ["radius"] = 6, ["inflation"] = 1.05, ["spinUpSteps"] = 400, ["lag"] = 40 }),
            SpinUpSteps = 100,
        },
        BatchSize = 32,
        Steps = 2000,
        WarmUpSteps = 200,
        LearningRate = 3e-3,
        GradientNorm = 1,
        AveragingDecay = 0.99,
        ValidationInterval = 250,
        CheckpointInterval = 250,
    };
}
