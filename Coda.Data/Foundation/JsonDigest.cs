using System.Security.Cryptography;
using System.Text.Json;

namespace Coda.Data.Foundation;

/// <summary>The digest that a JSON document carries of its own members, so that a changed number is told from the one that was written.</summary>
/// <remarks>It is that of the members in their order, without white space; documents without one are older, or somebody's own, and are believed.</remarks>
internal static class JsonDigest
{
    /// <summary>The name of the member.</summary>
    public const string Member = "digest";

    private static readonly JsonWriterOptions Compact = new() { Encoder = CodaJson.Options.Encoder };
    private static readonly JsonWriterOptions Readable = new() { Encoder = CodaJson.Options.Encoder, Indented = true, NewLine = CodaJson.Options.NewLine };

    /// <summary>The SHA-256 of an object's other members, in lower-case hexadecimal.</summary>
    /// <param name="root">The object, all of whose text is whole.</param>
    public static string Of(JsonElement root)
    {
        using var stream = new MemoryStream();
        Write(stream, root, Compact, digest: null);
        return Convert.ToHexStringLower(SHA256.HashData(stream.ToArray()));
    }

    /// <summary>An object's other members, as they stand in the document.</summary>
    /// <param name="root">The object; its text need not be whole.</param>
    public static string Without(JsonElement root) =>
        $"{{{string.Join(
            ',', root.EnumerateObject().Select(member => $"{member}").Where(text => !text.StartsWith($"\"{Member}\"", StringComparison.Ordinal)))}}}";

    /// <summary>Writes an object with its digest, for people to read.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="root">The object, without one.</param>
    public static void Write(Stream stream, JsonElement root) => Write(stream, root, Readable, Of(root));

    private static void Write(Stream stream, JsonElement root, JsonWriterOptions options, string? digest)
    {
        using var writer = new Utf8JsonWriter(stream, options);
        writer.WriteStartObject();
        foreach (var member in root.EnumerateObject().Where(member => !member.NameEquals(Member)))
        {
            member.WriteTo(writer);
        }

        if (digest is not null)
        {
            writer.WriteString(Member, digest);
        }

        writer.WriteEndObject();
    }
}
