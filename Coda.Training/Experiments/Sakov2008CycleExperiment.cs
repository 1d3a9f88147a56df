using System.Text.Json.Nodes;
using Coda.Data.Foundation;

namespace Coda.Training.Experiments;

/// <summary>A learned sequential analysis in the setting of Sakov and Oke (2008) as DAPPER has it: Lorenz-96 of 40 sites, dt = .05, all sites observed at each
/// step with errors of 1.</summary>
/// <remarks>Fitted to the reanalysis of the training record, of observations alone; <c>cycle.teacher=truth</c> is the published, supervised training. Expected:
/// an RMSE of .20 (six minutes of one core); the best ensemble filters, of 24 members and more, reach .18.</remarks>
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
            Method = new Component("iterated-extended-smoother", new JsonObject
            {
                ["firstGuess"] = "enks:members=24,lag=20,inflation=1.013,rotation=true", ["modelErrorVariance"] = 1e-4, ["initialModelErrorVariance"] = 0.03,
                ["passes"] = 16, ["hasSpread"] = false,
            }),
            Length = 8,
        },
        BatchSize = 16,
        Steps = 3000,
        WarmUpSteps = 50,
        LearningRate = 4e-3,
        GradientNorm = 1,
        AveragingDecay = 0.99,
        ValidationInterval = 250,
        CheckpointInterval = 500,
    };
}
