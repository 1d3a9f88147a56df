using System.Text.Json.Serialization;
using Coda.Data.Foundation;

namespace Coda.Training.Experiments;

/// <summary>The training of an auto-encoder of states, in place of a network that reads windows.</summary>
/// <remarks>Steps, batch (of states), rates and seed are the experiment's; parameters keep the system's values. Immutable; safe to share.</remarks>
public sealed record AutoEncoderFit
{
    /// <summary>The auto-encoder.</summary>
    public Component Network { get; init; } = new("convolutional");

    /// <summary>Whose states it is trained on.</summary>
    public StateTeacher Teacher { get; init; }

    /// <summary>The standard deviation of the noise on the states that are encoded, in those of the climatology: what is decoded is compared with the states
    /// without it. Backgrounds have errors, too.</summary>
    public double Noise { get; init; } = 0.02;

    /// <summary>The steps at the start of every trajectory whose states are left out: those that a method takes from a cold start to find the truth.</summary>
    public int SpinUpSteps { get; init; }

    /// <summary>The method that makes the reanalysis, where that is the teacher: a smoother, with the experiment's system.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Component? Method { get; init; }

    /// <summary>Adds what is wrong with the numbers.</summary>
    /// <param name="faults">What was found so far.</param>
    internal Faults Check(Faults faults) => faults
        .Require(Noise >= 0 && double.IsFinite(Noise), "autoEncoder.noise", "a finite number, at least 0", Noise)
        .Require(SpinUpSteps >= 0, "autoEncoder.spinUpSteps", "at least 0", SpinUpSteps)
        .Require(Method is null || Teacher == StateTeacher.Reanalysis, "autoEncoder.method", "none unless the teacher is the reanalysis", Method?.Name);
}
