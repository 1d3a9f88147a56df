using System.Text.Json.Nodes;
using Coda.Data.Foundation;

namespace Coda.Training.Experiments;

/// <summary>An auto-encoder of 32 numbers for the states of Kuramoto-Sivashinsky on a ring of 128, of which every 4th point is observed.</summary>
/// <remarks>
/// Meant for steps of 0.5 and sigma 0.5. It is trained on an EnKS's states of the training record, from its observations alone;
/// <c>autoEncoder.teacher=truth autoEncoder.method=null</c> takes the truth of a twin experiment. 32 principal components err by .41 where this errs by less
/// than a quarter of it (docs/learned/latent.md).
/// </remarks>
public sealed class KuramotoSivashinskyLatentExperiment : NamedExperiment
{
    /// <inheritdoc/>
    public override Experiment Experiment => new()
    {
        Name = "kuramoto-sivashinsky-latent",
        Description = "An auto-encoder of 32 numbers for Kuramoto-Sivashinsky on a ring of 128.",
        System = new Component("kuramoto-sivashinsky"),
        Integrator = new Component("exponential-runge-kutta4"),
        AutoEncoder = new AutoEncoderFit
        {
            Network = new Component("convolutional", new JsonObject { ["size"] = 32, ["stride"] = 16, ["patch"] = 4, ["width"] = 48, ["blocks"] = 2 }),
            Method = new Component("enks", new JsonObject { ["members"] = 40, ["inflation"] = 1.02, ["lag"] = 40 }),
            SpinUpSteps = 80,
        },
        BatchSize = 64,
        Steps = 2000,
        WarmUpSteps = 200,
        LearningRate = 3e-3,
        GradientNorm = 1,
        AveragingDecay = 0.99,
        ValidationInterval = 250,
        CheckpointInterval = 250,
    };
}
