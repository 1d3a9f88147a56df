using System.Text.Json.Nodes;
using Coda.Data.Foundation;
using Coda.Data.Twins;
using Coda.Training.Experiments;

namespace Coda.Workflows.Studying;

/// <summary>A two-level truth seen by a one-level model, without a correction (0) and with the pointwise one (1); Zinchenko and Greenberg, 2024, figs. 6,
/// 7.</summary>
public sealed class TwoLevelStudy : NamedStudy
{
    /// <inheritdoc/>
    public override Study Study
    {
        get
        {
            var twin = new TwinExperiment
            {
                System = new Component("lorenz96-two-level"),
                Operator = new Component("site-selection", new JsonObject { ["field"] = "x" }),
            };
            return new()
            {
                Name = "two-level",
                Description = "Does a learned correction stand for the fast variables that the model lacks?",
                Base = new StudyCell
                {
                    Experiment = NamedExperiment.Named("lorenz96-two-level") with { Correction = null },
                    Training = twin with { TrajectoryCount = 400, StepCount = 600, Seed = 1996 },
                    Test = twin with { TrajectoryCount = 8, StepCount = 1100, Seed = 2024 },
                },
                Axes = [new StudyAxis("corrected", [new StudyPoint(0, []), new StudyPoint(1, ["experiment.correction=pointwise"])])],
            };
        }
    }
}
