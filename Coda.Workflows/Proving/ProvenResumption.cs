using System.Text.Json.Serialization;

namespace Coda.Workflows.Proving;

/// <summary>A training that went on from its checkpoint, twice, in copies.</summary>
/// <param name="Step">The checkpoint's step.</param>
/// <param name="Steps">How many steps it went on.</param>
/// <param name="AtOnce">The SHA-256 of the checkpoint after them: weights, averages, moments, numbers.</param>
/// <param name="Stopped">The same of a run that was stopped half-way and went on.</param>
public sealed record ProvenResumption(int Step, int Steps, string AtOnce, string Stopped)
{
    /// <summary>What tells the checkpoint from the model's, in words, from which no training went on; nothing where it is the model's.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Other { get; init; }

    /// <summary>Whether both have the same bits.</summary>
    public bool IsSame => AtOnce == Stopped;
}
