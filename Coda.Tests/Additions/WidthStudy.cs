using System.Text.Json.Nodes;
using Coda.Data.Foundation;
using Coda.Data.Twins;
using Coda.Training.Experiments;
using Coda.Workflows.Studying;

namespace Coda.Tests.Additions;

/// <summary>A study of somebody's own, so small that it takes a moment.</summary>
public sealed class WidthStudy : NamedStudy
{
    private static readonly TwinExperiment Twin = new() { TrajectoryCount = 12, StepCount = 80, SpinUpSteps = 300, Seed = 1 };

    public override Study Study => new()
    {
        Name = "width",
        Description = "Does a wider network pay?",
        Base = new StudyCell
        {
            Experiment = NamedExperiment.Named("lorenz96") with
            {
                Network = new Component("time-channel", new JsonObject { ["halfWidth"] = 5, ["blocks"] = 1 }),
                RolloutLength = 5,
                BatchSize = 8,
                WarmUpSteps = 5,
                ValidationInterval = 10,
                Steps = 10,
            },
            Training = Twin,
            Test = Twin with { TrajectoryCount = 2, StepCount = 60, Seed = 2 },
            Margin = 5,
        },
        Axes = [StudyAxis.Of("width", "experiment.network.width", 4, 8)],
    };
}
