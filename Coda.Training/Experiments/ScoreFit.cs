using System.Text.Json.Serialization;
using Coda.Data.Foundation;

namespace Coda.Training.Experiments;

/// <summary>The training of a score of trajectories by denoising, in place of a network that reads windows.</summary>
/// <remarks>Steps, batch (of segments), rates and seed are the experiment's; parameters keep the system's values. Immutable; safe to share.</remarks>
public sealed record ScoreFit
{
    /// <summary>The network of the score.</summary>
    public Component Network { get; init; } = new("residual-score");

    /// <summary>The steps from one state of a segment to the next; so few that a line through two states is near what is between them, where something is
    /// observed there.</summary>
    public int Every { get; init; } = 1;

    /// <summary>The least standard deviation of noise, in those of the climatology.</summary>
    public double LeastNoise { get; init; } = 0.005;

    /// <summary>The largest standard deviation of noise, likewise; levels between are drawn evenly in their logarithm.</summary>
    public double MostNoise { get; init; } = 20;

    /// <summary>Whose states it is trained on.</summary>
    public StateTeacher Teacher { get; init; }

    /// <summary>The steps at the start of every trajectory whose states are left out: those that a method takes from a cold start to find the truth.</summary>
    public int SpinUpSteps { get; init; }

    /// <summary>The method that makes the reanalysis, where that is the teacher: a smoother, with the experiment's system.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Component? Method { get; init; }

    /// <summary>Adds what is wrong with the numbers.</summary>
    /// <param name="faults">What was found so far.</param>
    internal Faults Check(Faults faults) => faults
        .Require(Every >= 1, "score.every", "at least 1", Every)
        .Require(LeastNoise > 0 && double.IsFinite(LeastNoise), "score.leastNoise", "a finite number greater than 0", LeastNoise)
        .Require(MostNoise > LeastNoise && double.IsFinite(MostNoise), "score.mostNoise", "a finite number greater than leastNoise", MostNoise)
        .Require(SpinUpSteps >= 0, "score.spinUpSteps", "at least 0", SpinUpSteps)
        .Require(Method is null || Teacher == StateTeacher.Reanalysis, "score.method", "none unless the teacher is the reanalysis", Method?.Name);
}
