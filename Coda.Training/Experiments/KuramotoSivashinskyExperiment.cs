using System.Text.Json.Nodes;
using Coda.Data.Foundation;

namespace Coda.Training.Experiments;

/// <summary>Kuramoto-Sivashinsky on a ring of 128, every 4th point observed each time unit, by a network over ±16 time units.</summary>
/// <remarks>
/// Meant for steps of 0.5 and sigma 0.5. Errors double in some 8 time units, so that rollouts of 4 stay nearly linear. After a short joint stage an EnKS with
/// the trained model, whose RMSE is .10, makes the states that the network is fitted to. Trained on 20 records of 800 steps,
/// observations only, in 2.5 minutes of one core: network alone .231, polished with a model error variance of 1E-8 .034 (docs/results-fields.md).
/// </remarks>
public sealed class KuramotoSivashinskyExperiment : NamedExperiment
{
    /// <inheritdoc/>
    public override Experiment Experiment => new()
    {
        Name = "kuramoto-sivashinsky",
        Description = "Kuramoto-Sivashinsky on a ring of 128 observed at every 4th point.",
        System = new Component("kuramoto-sivashinsky"),
        Integrator = new Component("exponential-runge-kutta4"),
        Network = new Component(
            "time-channel", new JsonObject { ["halfWidth"] = 32, ["every"] = 2, ["width"] = 64, ["dilation"] = 2 }),
        Loss = [new Component("data-misfit"), new Component("consistency", new JsonObject { ["alpha"] = 0.5 })],
        WithholdingFraction = 0.4,
        RolloutLength = 8,
        BatchSize = 16,
        WarmUpSteps = 50,
        AveragingDecay = 0.99,
        Steps = 300,
        Reanalysis = new()
        {
            Method = new Component("enks", new JsonObject { ["members"] = 40, ["inflation"] = 1.02, ["lag"] = 40 }),
            SpinUpSteps = 80,
            Steps = 1000,
            BatchSize = 16,
        },
        ValidationInterval = 250,
        CheckpointInterval = 100,
    };
}
