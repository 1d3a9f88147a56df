using System.Text.Json.Nodes;

namespace Coda.Classical.Tuning;

/// <summary>The values that are tried for one option of a method.</summary>
/// <param name="Option">The option's name, as in JSON.</param>
/// <param name="Values">The values, as in JSON.</param>
public sealed record OptionSweep(string Option, IReadOnlyList<JsonNode> Values);
