using System.Text.Json.Nodes;

namespace Coda.Workflows.Describing;

/// <summary>An option of a plug-in, or a member of an experiment.</summary>
/// <param name="Name">Its name, as files and <c>--set</c> have it.</param>
/// <param name="Type">What kind of value it takes, in words.</param>
/// <param name="Default">The value where nobody gives another; <see langword="null"/> for none.</param>
/// <param name="Range">Which values make sense, in the documentation's words; empty where it does not say.</param>
/// <param name="Meaning">What it means; empty where nothing is documented.</param>
public sealed record OptionDescription(string Name, string Type, JsonNode? Default, string Range, string Meaning);
