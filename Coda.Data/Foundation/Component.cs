using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Coda.Data.Foundation;

/// <summary>A catalogue entry by name with the options that differ from its defaults; how files and experiments name one. In JSON a name alone serves
/// too, or NAME:OPTION=VALUE,OPTION=VALUE.</summary>
/// <param name="Name">The entry's name in its <see cref="Catalog{T}"/>, for example <c>lorenz96</c>.</param>
/// <param name="Options">Members of the entry's options record; <see langword="null"/> takes every default.</param>
[JsonConverter(typeof(ComponentConverter))]
public sealed record Component(string Name, JsonObject? Options = null)
{
    private static readonly JsonSerializerOptions Compact = new(CodaJson.Options) { WriteIndented = false };

    /// <summary>The options in words, as in <c>inflation=1.02 radius=4</c>; empty where every one is the default.</summary>
    public string DescribeOptions() => string.Join(' ', (Options ?? []).Select(o => $"{o.Key}={o.Value?.ToJsonString(Compact).Trim('"')}"));
}
