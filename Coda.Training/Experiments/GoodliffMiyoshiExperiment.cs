using System.Text.Json.Nodes;
using Coda.Data.Foundation;

namespace Coda.Training.Experiments;

/// <summary>The looped data-driven model of Goodliff and Miyoshi: Lorenz-63 analyzes what was observed of the coupled system, an LSTM learns from the
/// analyses and is the next model.</summary>
/// <remarks>
/// M. Goodliff and T. Miyoshi, "Using data assimilation to improve data-driven models": 3D-Var with the climatology's covariance, 2 layers of 100 cells, an
/// emulator in each of 30 cycles; x, y and z of <see cref="Data.Dynamics.CoupledLorenz63"/> observed at every step of .05 with sigma 1, 100,000 steps. They
/// train for 500 epochs, some million steps of the optimizer; here it is 1,200 in the first cycle and 300 more in each other one, which goes on from the
/// weights before (<c>emulator.keepsWeights=false</c> trains each anew). They print curves only, in which the emulator's forecasts of one step beat those of
/// Lorenz-63 after four cycles (docs/learned/hidden-variables.md).
/// </remarks>
public sealed class GoodliffMiyoshiExperiment : NamedExperiment
{
    /// <inheritdoc/>
    public override Experiment Experiment => new()
    {
        Name = "goodliff-miyoshi",
        Description = "An LSTM in the place of Lorenz-63, from 3D-Var's analyses of the coupled system, cycle by cycle.",
        System = new Component("lorenz63"),
        Emulator = new EmulatorFit
        {
            Network = new Component("lstm", new JsonObject { ["width"] = 100, ["layers"] = 2 }),
            Method = new Component("three-dvar", new JsonObject { ["backgroundScale"] = 1, ["corrected"] = new JsonArray("x", "y", "z") }),
            Cycles = 30,
            LaterSteps = 300,
        },
        BatchSize = 32,
        Steps = 1200,
        WarmUpSteps = 50,
        LearningRate = 3e-3,
        GradientNorm = 1,
        AveragingDecay = 0.99,
        ValidationInterval = 200,
        CheckpointInterval = 400,
    };
}
