using System.Text.Json.Serialization;
using Coda.Data.Foundation;
using Coda.Training.Algebra;

namespace Coda.Training.Experiments;

/// <summary>A training run as one value: model, networks, loss, optimization. The archive is the only other input.</summary>
/// <remarks>The defaults are Coda's; a JSON file with the same members overrides any of them. Immutable; safe to share.</remarks>
public sealed record Experiment
{
    private const int MostRolloutSteps = 1 << 20;

    /// <summary>The experiment's name, also the released model's.</summary>
    public string Name { get; init; } = "lorenz96";

    /// <summary>What it is for, in a sentence.</summary>
    public string Description { get; init; } = "";

    /// <summary>The simulator's system.</summary>
    public Component System { get; init; } = new("lorenz96");

    /// <summary>The simulator's scheme.</summary>
    public Component Integrator { get; init; } = new("runge-kutta4");

    /// <summary>The observation operator as the model sees it; by default the archive's.</summary>
    public Component? Operator { get; init; }

    /// <summary>The assimilation network.</summary>
    public Component Network { get; init; } = new("time-channel");

    /// <summary>The correction; none by default.</summary>
    public Component? Correction { get; init; }

    /// <summary>The simulator parameters to estimate; the others keep the system's values.</summary>
    public IReadOnlyList<TrainedParameter> Parameters { get; init; } = [];

    /// <summary>The trained parameters, and arrays of the correction's weights, that the model's tracked graphs have in their state, so that methods correct
    /// them as they go; a name may end with *. None by default, and then there are no such graphs.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Tracked { get; init; }

    /// <summary>The loss's terms.</summary>
    public IReadOnlyList<Component> Loss { get; init; } = [new("data-misfit"), new("consistency")];

    /// <summary>The number of steps w of the rollout.</summary>
    public int RolloutLength { get; init; } = 25;

    /// <summary>The standard deviation of the observation error; by default the archive's.</summary>
    public double? Sigma { get; init; }

    /// <summary>The precision of the network's convolutions in training.</summary>
    public ConvolutionPrecision Precision { get; init; } = ConvolutionPrecision.Float32;

    /// <summary>The number of optimizer steps.</summary>
    public int Steps { get; init; } = 5000;

    /// <summary>The number of rollouts in a step; each takes two windows.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>The number of steps in which the learning rates rise from 0; then they fall to 0 along a cosine.</summary>
    public int WarmUpSteps { get; init; } = 200;

    /// <summary>The network's learning rate at its height.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>The learning rate of the simulator's parameters at its height.</summary>
    public double ParameterLearningRate { get; init; } = 1e-2;

    /// <summary>Whether that rate is relative to each parameter's size: what it starts from, or the width of its range where that is smaller, or where it
    /// starts from 0.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool HasRelativeRates { get; init; }

    /// <summary>The correction's learning rate at its height.</summary>
    public double CorrectionLearningRate { get; init; } = 1e-3;

    /// <summary>The norm to which the gradient of all weights is clipped.</summary>
    public double GradientNorm { get; init; } = 10;

    /// <summary>The decay of the weights' running average, in [0, 1); the averaged weights are what is released. 0 releases the last ones.</summary>
    public double AveragingDecay { get; init; } = 0.999;

    /// <summary>The share of training windows of which the future, or the past, is blanked; for networks that take it.</summary>
    public double BlankingProbability { get; init; } = 0.1;

    /// <summary>The share of training windows of which the whole future is blanked, as if their centre were the newest step; for networks that take
    /// it.</summary>
    public double NowcastProbability { get; init; }

    /// <summary>
    /// The largest share of observations that training withholds from the network, in [0, 1); each rollout draws its own in (0, that), and the data misfit then
    /// counts only these.
    /// </summary>
    /// <remarks>
    /// An observation that the network has seen pulls its analysis towards the observation's error as well as towards the state; one that it has not seen pulls
    /// towards the state alone (Batson and Royer, 2019). 0 fits all of them, as Zinchenko and Greenberg (2024) do. A network with a spread learns it from
    /// these, in the joint stage.
    /// </remarks>
    public double WithholdingFraction { get; init; }

    /// <summary>A last stage, which fits the network to what the trained model makes of the whole record; none by default.</summary>
    public ReanalysisFit? Reanalysis { get; init; }

    /// <summary>A sequential analysis that is trained through cycles of the forecast, in place of a network that reads windows; none by default.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public CycleFit? Cycle { get; init; }

    /// <summary>An auto-encoder of states, which is trained in place of a network that reads windows; none by default.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public AutoEncoderFit? AutoEncoder { get; init; }

    /// <summary>An emulator of a step, which is trained, cycle by cycle, in place of a network that reads windows; none by default.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public EmulatorFit? Emulator { get; init; }

    /// <summary>A score of trajectories, which is trained in place of a network that reads windows; none by default.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ScoreFit? Score { get; init; }

    /// <summary>The network that is trained: the score, the emulator, the auto-encoder or the sequential analysis where there is one, else
    /// <see cref="Network"/>.</summary>
    [JsonIgnore]
    public Component TrainedNetwork => Score?.Network ?? Emulator?.Network ?? AutoEncoder?.Network ?? Cycle?.Network ?? Network;

    /// <summary>The number of steps between two looks at the held-out tenth of the record; the best weights there are released.</summary>
    public int ValidationInterval { get; init; } = 500;

    /// <summary>The number of steps between two checkpoints.</summary>
    public int CheckpointInterval { get; init; } = 500;

    /// <summary>The number of looks without improvement after which training stops; 0 never stops early.</summary>
    public int Patience { get; init; }

    /// <summary>Whether training computes the steps of rollouts, and the layers of each window, again on the way back instead of keeping them: the memory of
    /// one step and one window instead of all, at a third more time. For fields that else do not fit.</summary>
    /// <remarks>Gradients are those of training without it, to rounding. Windows of networks with a spread or batch normalization are kept.</remarks>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Recomputes { get; init; }

    /// <summary>The seed of weights and windows.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Checks every number.</summary>
    /// <exception cref="ArgumentException">Options out of range; all faults at once.</exception>
    public void Check() => Checked().ThrowIfAny();

    private Faults Checked()
    {
        var faults = new Faults($"experiment '{Name}'")
            .Require(RolloutLength is >= 1 and <= MostRolloutSteps, nameof(RolloutLength), $"1 to {MostRolloutSteps}", RolloutLength)
            .Require(Sigma is null or > 0, nameof(Sigma), "a number greater than 0", Sigma)
            .Require(Steps >= 1, nameof(Steps), "at least 1", Steps)
            .Require(BatchSize >= 1, nameof(BatchSize), "at least 1", BatchSize)
            .Require(WarmUpSteps >= 0, nameof(WarmUpSteps), "at least 0", WarmUpSteps)
            .Require(LearningRate > 0, nameof(LearningRate), "greater than 0", LearningRate)
            .Require(ParameterLearningRate > 0, nameof(ParameterLearningRate), "greater than 0", ParameterLearningRate)
            .Require(CorrectionLearningRate > 0, nameof(CorrectionLearningRate), "greater than 0", CorrectionLearningRate)
            .Require(GradientNorm > 0, nameof(GradientNorm), "greater than 0", GradientNorm)
            .Require(AveragingDecay is >= 0 and < 1, nameof(AveragingDecay), "in [0, 1)", AveragingDecay)
            .Require(BlankingProbability is >= 0 and <= 1, nameof(BlankingProbability), "in [0, 1]", BlankingProbability)
            .Require(NowcastProbability >= 0 && NowcastProbability + BlankingProbability <= 1,
                nameof(NowcastProbability), "at least 0, and at most 1 with BlankingProbability", NowcastProbability)
            .Require(WithholdingFraction is >= 0 and < 1, nameof(WithholdingFraction), "in [0, 1)", WithholdingFraction)
            .Require(ValidationInterval >= 1, nameof(ValidationInterval), "at least 1", ValidationInterval)
            .Require(CheckpointInterval >= 1, nameof(CheckpointInterval), "at least 1", CheckpointInterval)
            .Require(Patience >= 0, nameof(Patience), "at least 0", Patience)
            .Require(Loss.Count > 0, nameof(Loss), "at least one term", Loss.Count)
            .Require(Loss.DistinctBy(term => term.Name).Count() == Loss.Count, nameof(Loss), "every term once",
                string.Join(", ", Loss.Select(term => term.Name)))
            .Require(
                Parameters.DistinctBy(p => p.Name).Count() == Parameters.Count, nameof(Parameters), "every parameter once",
                string.Join(", ", Parameters.Select(p => p.Name)));
        faults.Require(Tracked is null || Parameters.Count > 0 || Correction is not null, nameof(Tracked),
            "none without trained parameters or a correction", string.Join(", ", Tracked ?? []));
        faults = Cycle is null ? faults : Cycle.Check(faults)
            .Require(Reanalysis is null, nameof(Reanalysis), "none beside cycle, which has a teacher of its own", Reanalysis)
            .Require(Correction is null, nameof(Correction), "none beside cycle", Correction?.Name)
            .Require(Parameters.Count == 0, nameof(Parameters), "none beside cycle: name their values in the system's options", string.Join(", ",
                Parameters.Select(p => p.Name)));
        faults = AutoEncoder is null ? faults : AutoEncoder.Check(faults)
            .Require(Reanalysis is null, nameof(Reanalysis), "none beside autoEncoder, which has a teacher of its own", Reanalysis)
            .Require(Cycle is null && Correction is null && Parameters.Count == 0, nameof(AutoEncoder),
                "neither cycle nor correction nor parameters beside it", Cycle is null ? "one of the others" : nameof(Cycle));
        faults = Emulator is null ? faults : Emulator.Check(faults)
            .Require(Reanalysis is null && Cycle is null && AutoEncoder is null && Correction is null && Parameters.Count == 0, nameof(Emulator),
                "neither reanalysis nor cycle nor autoEncoder nor correction nor parameters beside it", "one of them");
        faults = Score is null ? faults : Score.Check(faults)
            .Require(Reanalysis is null, nameof(Reanalysis), "none beside score, which has a teacher of its own", Reanalysis)
            .Require(AutoEncoder is null && Emulator is null && Cycle is null && Correction is null && Parameters.Count == 0, nameof(Score),
                "neither autoEncoder nor emulator nor cycle nor correction nor parameters beside it", "one of these");
        return Reanalysis?.Check(faults) ?? faults;
    }
}
