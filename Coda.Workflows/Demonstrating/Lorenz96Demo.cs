using System.Text.Json.Nodes;
using Coda.Data.Foundation;
using Coda.Data.Twins;
using Coda.Training.Algebra;
using Coda.Training.Experiments;
using Coda.Training.Stages;

namespace Coda.Workflows.Demonstrating;

/// <summary>Lorenz-96 of 40 sites, a quarter observed at each step, sigma 1: network and forcing trained jointly from a wrong start.</summary>
public sealed class Lorenz96Demo : NamedDemo
{
    private const string Network = "network";
    private const string Polished = "polished";

    /// <inheritdoc/>
    public override string Name => DemoSettings.Default;

    /// <inheritdoc/>
    public override DemoSettings Full => new()
    {
        Name = Name,
        Training = new TwinExperiment { TrajectoryCount = 400, StepCount = 600, Seed = 1996 },
        Test = new TwinExperiment { TrajectoryCount = 8, StepCount = 1100, Seed = 2024 },
        Experiment = NamedExperiment.Named("lorenz96") with
        {
            Precision = ConvolutionPrecisions.Fastest,
            Steps = 1500,
            Reanalysis = new ReanalysisFit { Steps = 9000 },
        },
        RefineTrajectories = 100,
        Margin = 50,
        Analyses = Methods(interpolationHalfWidth: 25, interpolationRecords: 8),
        Starts = LookingBack(200),
        Forecasts = Forecasts(200),
        LookBack = 200,
        Leads = [0, 25, 50, 100, 200, 300, 500],
        StartEvery = 40,
    };

    /// <inheritdoc/>
    public override DemoSettings Quick => Full with
    {
        Training = new TwinExperiment { TrajectoryCount = 12, StepCount = 100, SpinUpSteps = 500, Seed = 1996 },
        Test = new TwinExperiment { TrajectoryCount = 2, StepCount = 160, SpinUpSteps = 500, Seed = 2024 },
        Experiment = Full.Experiment! with
        {
            Network = new Component("time-channel", new JsonObject { ["halfWidth"] = 5, ["width"] = 8 }),
            RolloutLength = 10,
            BatchSize = 8,
            WarmUpSteps = 5,
            ValidationInterval = 15,
            CheckpointInterval = 15,
            Steps = 30,
            Reanalysis = null, // nor are its analyses
        },
        RefineTrajectories = 0, // a network of 30 steps is no first guess
        Margin = 10,
        Analyses = Methods(interpolationHalfWidth: 2, interpolationRecords: 1),
        Starts = LookingBack(20),
        Forecasts = Forecasts(20),
        LookBack = 20,
        Leads = [0, 25, 50],
        StartEvery = 20,
    };

    private static DemoAnalysis[] Methods(int interpolationHalfWidth, int interpolationRecords) =>
    [
        DemoAnalysis.Of(Network) with { NeedsModel = true },
        DemoAnalysis.Of(Polished) with { NeedsModel = true },
        DemoAnalysis.Of("space-time-optimal-interpolation", new JsonObject { ["halfWidth"] = interpolationHalfWidth }) with { Records = interpolationRecords },
        DemoAnalysis.Of("persistence"),
        DemoAnalysis.Of("climatology"),
    ];

    private static DemoAnalysis[] LookingBack(int steps) =>
    [
        DemoAnalysis.Of(Network, new JsonObject { ["nowcast"] = true }) with { NeedsModel = true },
        DemoAnalysis.Of(Polished, new JsonObject { ["lookBack"] = steps }) with { NeedsModel = true },
    ];

    private static DemoForecast[] Forecasts(int lookBack) =>
    [
        new("hybrid, from nowcasts", DemoForecast.Hybrid, Network),
        new(FormattableString.Invariant($"hybrid, polished {lookBack} steps back"), DemoForecast.Hybrid, Polished),
        new("persistence, from nowcasts", "persistence", Network),
    ];
}
