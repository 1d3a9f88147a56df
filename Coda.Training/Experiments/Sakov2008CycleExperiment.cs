using System.Text.Json.Nodes;
using Coda.Data.Foundation;

namespace Coda.Training.Experiments;

/// <summary>A learned sequential analysis in the setting of Sakov and Oke (2008) as DAPPER has it: Lorenz-96 of 40 sites, dt = .05, all sites observed at each
/// step with errors of 1.</summary>
/// <remarks>Fitted to the reanalysis of the training record, of observations alone; <c>cycle.teacher=truth</c> is the published, supervised training. Expected:
/// an RMSE of .220 after 2,500 steps (four minutes of one core); the best ensemble filters reach .18.</remarks>
public sealed class Sakov2008CycleExperiment : NamedExperiment
{
    /// <inheritdoc/>
    public override Experiment Experiment => new()
    {
        Name = "sakov2008-cycle",
        Description = "A learned sequential analysis of Lorenz-96 observed everywhere at each step (Sakov and Oke, 2008).",
        System = new Component("lorenz96"),
        Cycle = new CycleFit
        {
            Network = new Component("local-gain", new JsonObject { ["members"] = 16, ["memory"] = 8, ["history"] = 1, ["width"] = 32 }),
            Method = new Component("enks", new JsonObject { ["members"] = 24, ["lag"] = 20, ["inflation"] = 1.013, ["rotation"] = true }),
            Length = 8,
        },
        BatchSize = 16,
        Steps = 2500,
        WarmUpSteps = 50,
        LearningRate = 4e-3,
        GradientNorm = 1,
        AveragingDecay = 0.99,
        ValidationInterval = 250,
        CheckpointInterval = 500,
    };
}
