using System.Text.Json.Nodes;
using Coda.Data.Foundation;
using Coda.Data.Twins;
using Coda.Training.Experiments;
using Coda.Workflows.Demonstrating;

namespace Coda.Tests.Additions;

/// <summary>A demo of somebody's own on a field of two dimensions: a network that is trained for a moment, and a filter.</summary>
public sealed class TorusDemo : NamedDemo
{
    private static readonly TwinExperiment Twin = new()
    {
        System = new Component("lorenz96-torus"),
        ObservingNetwork = new Component("random-fraction", new JsonObject { ["fraction"] = 0.2 }),
        TrajectoryCount = 12,
        StepCount = 80,
        SpinUpSteps = 300,
        Seed = 1,
    };

    public override string Name => "torus";

    public override DemoSettings Full => new()
    {
        Name = Name,
        Training = Twin,
        Test = Twin with { TrajectoryCount = 1, StepCount = 120, Seed = 2 },
        Experiment = new Experiment
        {
            Name = "torus",
            System = Twin.System,
            Network = new Component("time-channel", new JsonObject { ["halfWidth"] = 5, ["width"] = 8, ["kernel"] = 3, ["blocks"] = 1 }),
            RolloutLength = 5,
            BatchSize = 4,
            WarmUpSteps = 5,
            ValidationInterval = 5,
            CheckpointInterval = 5,
            Steps = 10,
        },
        Margin = 5,
        Analyses =
        [
            DemoAnalysis.Of("network") with { NeedsModel = true },
            DemoAnalysis.Of("letkf", new JsonObject { ["members"] = 8, ["radius"] = 2, ["spinUpSteps"] = 300 }),
        ],
        Starts = [DemoAnalysis.Of("letkf", new JsonObject { ["members"] = 8, ["radius"] = 2, ["spinUpSteps"] = 300 })],
        Forecasts = [new("hybrid, from the filter", "hybrid", "letkf"), new("persistence, from the filter", "persistence", "letkf")],
        LookBack = 20,
        Leads = [0, 10, 20],
        StartEvery = 20,
    };

    public override DemoSettings Quick => Full;
}
