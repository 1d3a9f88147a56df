using System.Text.Json;
using System.Text.Json.Serialization;

namespace Coda.Service.Bodies;

/// <summary>How the service reads and writes JSON: camelCase, unknown and repeated members refused, null only where it may stand, numbers as numbers.</summary>
internal static class ServiceJson
{
    /// <summary>The options. Thread-safe.</summary>
    public static JsonSerializerOptions Options { get; } = Configure(new JsonSerializerOptions());

    /// <summary>Sets options as these are.</summary>
    /// <param name="options">The options.</param>
    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.PropertyNameCaseInsensitive = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
        options.AllowDuplicateProperties = false;
        options.RespectNullableAnnotations = true;
        options.Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        return options;
    }
}
