using System.Text.Json.Nodes;
using Coda.Data.Foundation;
using Coda.Training.Algebra;
using Coda.Training.Experiments;

namespace Coda.Workflows.Studying;

/// <summary>Networks of several costs, each trained for about as long: analysis RMSE against microseconds an analysis.</summary>
/// <remarks>
/// The steps are those that one core did in about five minutes in bfloat16; <c>core_minutes</c> says how long they took this time, <c>microseconds</c> what
/// an analysis takes of one processor. Each is scored in eight-bit integers, too. The networks' shapes stand here, in the order of the axis.
/// </remarks>
public sealed class FrontStudy : NamedStudy
{
    /// <inheritdoc/>
    public override Study Study => new()
    {
        Name = "front",
        Description = "Which network is the cheapest for its accuracy, of those that train for the same time?",
        Base = new StudyCell
        {
            Experiment = NamedExperiment.Named("lorenz96") with { Precision = ConvolutionPrecision.BFloat16 },
            TimingRounds = 8,
            IsQuantized = true,
        },
        Axes =
        [
            new StudyAxis(
                "network",
                [
                    Network(1, steps: 12600, width: 32),
                    Network(2, steps: 5000, width: 64),
                    Network(3, steps: 3200, width: 96),
                    Network(4, steps: 4500, width: 96, kernel: 3, dilation: 2),
                    Network(5, steps: 4400, width: 96, blocks: 2),
                    Network(6, steps: 3200, width: 96, isSeparable: true),
                ]),
        ],
    };

    private static StudyPoint Network(int number, int steps, int width, int blocks = 4, int kernel = 5, int dilation = 1, bool isSeparable = false)
    {
        var network = new JsonObject { ["halfWidth"] = 50, ["width"] = width, ["blocks"] = blocks, ["kernel"] = kernel };
        if (dilation > 1)
        {
            network["dilation"] = dilation;
        }

        if (isSeparable)
        {
            network["isSeparable"] = true;
        }

        return new StudyPoint(number, [.. network.Select(option => $"experiment.network.{option.Key}={option.Value}"), $"experiment.steps={steps}"]);
    }
}
