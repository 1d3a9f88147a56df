using System.Text.Json.Serialization;

namespace Coda.Data.Time;

/// <summary>A half-open range of integer model steps, [Start, End).</summary>
/// <param name="Start">The first step.</param>
/// <param name="End">The step after the last.</param>
[method: JsonConstructor]
public readonly record struct StepRange(long Start, long End)
{
    /// <summary>The number of steps, never negative.</summary>
    [JsonIgnore]
    public long Count => Math.Max(0, End - Start);

    /// <summary>Whether a step lies in the range.</summary>
    /// <param name="step">An integer model step.</param>
    public bool Contains(long step) => step >= Start && step < End;

    /// <summary>The steps that lie in both ranges.</summary>
    /// <param name="other">Another range.</param>
    public StepRange Intersect(StepRange other) => new(Math.Max(Start, other.Start), Math.Min(End, other.End));

    /// <summary>The range with <paramref name="before"/> steps more at its start and <paramref name="after"/> more at its end.</summary>
    /// <param name="before">Steps to add before the start; negative takes steps away.</param>
    /// <param name="after">Steps to add after the end; negative takes steps away.</param>
    public StepRange Widen(long before, long after) => new(Start - before, End + after);

    /// <summary>Writes [Start, End).</summary>
    public override string ToString() => FormattableString.Invariant($"[{Start}, {End})");
}
