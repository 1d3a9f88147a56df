using System.Text.Json.Serialization;

namespace Coda.Workflows.Proving;

/// <summary>A fault that was injected into a copy.</summary>
/// <param name="Fault">What was done.</param>
/// <param name="File">To which file.</param>
/// <param name="Refusal">What the check said of it; nothing where it noticed nothing.</param>
public sealed record ProvenFault(string Fault, string File, string? Refusal)
{
    /// <summary>Of what killed writers leave, which the format promises to ignore: whether the archive is what it was; nothing for faults that must be
    /// refused.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? IsIgnored { get; init; }

    /// <summary>Whether it came to what the format promises: refused, or ignored.</summary>
    [JsonIgnore]
    public bool IsHeld => IsIgnored ?? Refusal is not null;

    /// <summary>What it came to, in a word or two.</summary>
    [JsonIgnore]
    public string Outcome => IsIgnored switch
    {
        true => "ignored",
        false => "not ignored",
        _ => Refusal is null ? "not noticed" : "refused",
    };
}
