using System.Text.Json.Serialization;
using Coda.Data.Foundation;

namespace Coda.Training.Experiments;

/// <summary>The training of a sequential analysis through the cycles of the forecast, in place of a network that reads windows.</summary>
/// <remarks>
/// Truncated back-propagation through time: each row of a batch walks along a trajectory, an update goes back through some cycles, and state and memory are
/// carried on to the next. Steps, batch, rates and seed are the experiment's; parameters keep the system's values. Immutable; safe to share.
/// </remarks>
public sealed record CycleFit
{
    /// <summary>The cycle network.</summary>
    public Component Network { get; init; } = new("local-gain");

    /// <summary>What analyses are fitted to.</summary>
    public CycleTeacher Teacher { get; init; }

    /// <summary>The number of cycles that one update goes back through.</summary>
    public int Length { get; init; } = 12;

    /// <summary>The steps from one cycle to the next: those between observations, where these come at intervals.</summary>
    public int Every { get; init; } = 1;

    /// <summary>The cycles after a start from the climatology's mean that count an eighth of the others.</summary>
    public int SpinUpCycles { get; init; } = 24;

    /// <summary>Whether the observations that are read are drawn anew, from the states that are fitted with errors of their own at the record's places; where
    /// the teacher has states.</summary>
    public bool RedrawsObservations { get; init; } = true;

    /// <summary>The most cycles ahead whose observations a forecast from an analysis is compared with, where the teacher is the observations.</summary>
    public int Leads { get; init; } = 4;

    /// <summary>The method that makes the reanalysis, where that is the teacher: a smoother, with the experiment's system; by default the iterated extended
    /// smoother.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Component? Method { get; init; }

    /// <summary>Adds what is wrong with the numbers.</summary>
    /// <param name="faults">What was found so far.</param>
    internal Faults Check(Faults faults) => faults
        .Require(Length is >= 1 and <= 1 << 16, "cycle.length", "1 to 65536", Length)
        .Require(Every is >= 1 and <= 1 << 16, "cycle.every", "1 to 65536", Every)
        .Require(SpinUpCycles >= 0, "cycle.spinUpCycles", "at least 0", SpinUpCycles)
        .Require(Leads is >= 1 and <= 1 << 16, "cycle.leads", "1 to 65536", Leads);
}
