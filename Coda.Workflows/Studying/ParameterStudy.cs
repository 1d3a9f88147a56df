using System.Text.Json.Nodes;
using Coda.Data.Foundation;
using Coda.Training.Experiments;

namespace Coda.Workflows.Studying;

/// <summary>The forcing F of Lorenz-96 from random starts in 4..13 (Zinchenko and Greenberg, 2024, fig. 5).</summary>
/// <remarks>
/// All observations are fitted, as published. Expected: every estimate within 3 % as trained, within .1 % once refined; published, a bias of +1.2 to +1.9 %.
/// </remarks>
public sealed class ParameterStudy : NamedStudy
{
    /// <inheritdoc/>
    public override Study Study => new()
    {
        Name = "parameter",
        Description = "Is the forcing found, whatever it is and wherever the estimate starts?",
        Base = new StudyCell
        {
            Experiment = NamedExperiment.Named("lorenz96") with
            {
                Network = new Component("time-channel", new JsonObject { ["halfWidth"] = 25, ["width"] = 64, ["blocks"] = 3 }),
                Parameters = [new TrainedParameter("F", 8)],
                Loss = [new Component("data-misfit"), new Component("consistency", new JsonObject { ["alpha"] = 1.0 })],
                WithholdingFraction = 0,
                BlankingProbability = 0.1,
                Steps = 3000,
                ParameterLearningRate = 2e-2,
            },
            Refine = 100,
        },
        Axes = [StudyAxis.Of("F_true", ["training.system.forcing", "test.system.forcing"], 4, 5, 6, 7, 8, 9, 10, 11, 12)],
        StartRange = (0.5, 1.625),
        HasRecordOfEachSeed = true,
    };
}
