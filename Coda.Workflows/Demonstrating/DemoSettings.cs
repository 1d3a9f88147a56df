using System.Text.Json.Nodes;
using Coda.Classical.OptimalInterpolation;
using Coda.Data.Foundation;
using Coda.Data.Twins;
using Coda.Inference.Assimilation;
using Coda.Training.Algebra;
using Coda.Training.Experiments;
using Coda.Training.Stages;

namespace Coda.Workflows.Demonstrating;

/// <summary>All that the demo's numbers depend on, as one value.</summary>
public sealed record DemoSettings
{
    /// <summary>The fixed training record: observations only.</summary>
    public required TwinExperiment Training { get; init; }

    /// <summary>The test records, with their truth; another seed.</summary>
    public required TwinExperiment Test { get; init; }

    /// <summary>What is trained.</summary>
    public required Experiment Experiment { get; init; }

    /// <summary>The trajectories of the training record from which the parameters are estimated once more; 0 leaves them as trained.</summary>
    public required int RefineTrajectories { get; init; }

    /// <summary>The steps left out at each end of a test record.</summary>
    public required int Margin { get; init; }

    /// <summary>The half-width of optimal interpolation's window.</summary>
    public required int InterpolationHalfWidth { get; init; }

    /// <summary>The test records that optimal interpolation, the slow one, analyzes.</summary>
    public required int InterpolationRecords { get; init; }

    /// <summary>The steps that the polish from which forecasts start looks back; the first start is that far into the record.</summary>
    public required int LookBack { get; init; }

    /// <summary>The leads of the forecasts, in steps.</summary>
    public required IReadOnlyList<int> Leads { get; init; }

    /// <summary>The steps between two forecasts' starts.</summary>
    public required int StartEvery { get; init; }

    /// <summary>The builds of Coda that made the files, so that no stage of another build is reused.</summary>
    public IReadOnlyList<Guid> Builds { get; init; } =
    [
        .. new[] { typeof(Experiment), typeof(TwinExperiment), typeof(AssimilationMethod), typeof(ClimatologyMethod), typeof(DemoSettings) }
            .Select(type => type.Module.ModuleVersionId),
    ];

    /// <summary>The demo: Lorenz-96 of 40 sites, a quarter observed at each step, sigma 1.</summary>
    public static DemoSettings Full { get; } = new()
    {
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
        InterpolationHalfWidth = 25,
        InterpolationRecords = 8,
        LookBack = 200,
        Leads = [0, 25, 50, 100, 200, 300, 500],
        StartEvery = 40,
    };

    /// <summary>The same stages in a few seconds; its numbers mean nothing.</summary>
    public static DemoSettings Quick { get; } = Full with
    {
        Training = new TwinExperiment { TrajectoryCount = 12, StepCount = 100, SpinUpSteps = 500, Seed = 1996 },
        Test = new TwinExperiment { TrajectoryCount = 2, StepCount = 160, SpinUpSteps = 500, Seed = 2024 },
        Experiment = Full.Experiment with
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
        InterpolationHalfWidth = 2,
        InterpolationRecords = 1,
        LookBack = 20,
        Leads = [0, 25, 50],
        StartEvery = 20,
    };
}
