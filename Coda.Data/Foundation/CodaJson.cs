using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Coda.Data.Foundation;

/// <summary>The one way in which Coda writes and reads JSON: camelCase, indented, unknown members refused.</summary>
public static class CodaJson
{
    private const string Body = "body";

    /// <summary>The shared serializer options. Thread-safe.</summary>
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        ReadCommentHandling = JsonCommentHandling.Skip,
        WriteIndented = true,
        NewLine = "\n",
    };

    /// <summary>The same for reading: null only where it may stand, every member once.</summary>
    internal static JsonSerializerOptions Reading { get; } = Complete(new(Options) { RespectNullableAnnotations = true, AllowDuplicateProperties = false });

    /// <summary>Writes a value to a file, whole or not at all.</summary>
    /// <param name="path">The file to replace.</param>
    /// <param name="value">What to write.</param>
    public static void Write<T>(string path, T value) =>
        AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, value, Options));

    /// <summary>Writes an object to a file with a digest of its members, by which <see cref="Read"/> knows that it was not changed since.</summary>
    /// <param name="path">The file to replace, whole or not at all.</param>
    /// <param name="value">What to write; an object in JSON.</param>
    public static void WriteWithDigest<T>(string path, T value)
    {
        var content = BytesWithDigest(value);
        AtomicFile.Write(path, stream => stream.Write(content));
    }

    /// <summary>An object as a document with a digest of its members, as <see cref="WriteWithDigest"/> writes it.</summary>
    /// <param name="value">What to write; an object in JSON.</param>
    internal static byte[] BytesWithDigest<T>(T value)
    {
        using var stream = new MemoryStream();
        JsonDigest.Write(stream, JsonSerializer.SerializeToElement(value, Options));
        return stream.ToArray();
    }

    /// <summary>Reads a value from a document, as <see cref="Read"/> does from a file.</summary>
    /// <param name="content">The document.</param>
    /// <param name="source">What it is, for messages.</param>
    /// <param name="cure">What helps where it is damaged, in a sentence.</param>
    /// <exception cref="InvalidDataException">As for <see cref="Read"/>.</exception>
    internal static T ReadBytes<T>(ReadOnlyMemory<byte> content, string source, string cure)
    {
        using var document = JsonSource.Parse(content, source, cure);
        var value = document.As<T>();
        document.RequireDigest();
        return value;
    }

    /// <summary>Reads a value from a file.</summary>
    /// <param name="path">The file to read.</param>
    /// <param name="cure">What helps where the file is damaged, in a sentence.</param>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="InvalidDataException">The file is no JSON, not of this shape, or changed since its digest; the message names file, member, expected,
    /// got and cure.</exception>
    public static T Read<T>(string path, string cure = "Correct the file, or restore it from a copy.")
    {
        using var source = JsonSource.Open(path, cure);
        var value = source.As<T>();
        source.RequireDigest();
        return value;
    }

    /// <summary>Reads a value from text.</summary>
    /// <param name="text">The JSON.</param>
    /// <param name="source">What it is, for messages.</param>
    /// <param name="cure">What helps where it is damaged, in a sentence.</param>
    /// <exception cref="InvalidDataException">It is no JSON, or not of this shape; the message names source, member, expected, got and cure.</exception>
    public static T Parse<T>(string text, string source, string cure)
    {
        using var document = JsonSource.Parse(Encoding.UTF8.GetBytes(text), source, cure);
        return document.As<T>();
    }

    /// <summary>Binds JSON that was put together, not read from a file.</summary>
    /// <param name="node">The JSON.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <exception cref="ArgumentException">It is not of this shape; the message names source, member, expected and got.</exception>
    public static T Bind<T>(JsonNode node, string source)
    {
        try
        {
            return JsonSource.Bind<T>(ElementOf(node, source), source, "");
        }
        catch (InvalidDataException fault)
        {
            throw new ArgumentException(fault.Message.TrimEnd(), fault);
        }
    }

    /// <summary>What is wrong with JSON that could not be bound, for whoever sent it: where it stops being JSON, or each member's path with expected and
    /// got.</summary>
    /// <param name="text">The JSON, in UTF-8.</param>
    /// <param name="type">What it was to become.</param>
    /// <param name="options">How it was to be bound.</param>
    public static string Explain(ReadOnlyMemory<byte> text, Type type, JsonSerializerOptions options)
    {
        try
        {
            using var source = JsonSource.Parse(text, Body, "");
            return JsonSource.FaultsOf(source.Root, type, options) ?? $"the document: expected {JsonWords.Of(type, options)}, got another";
        }
        catch (InvalidDataException fault)
        {
            return fault.Message[$"{Body}: ".Length..].TrimEnd(' ', '.');
        }
    }

    /// <summary>JSON that was put together, as a document.</summary>
    /// <param name="node">The JSON.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <exception cref="InvalidDataException">It holds text that is none.</exception>
    internal static JsonElement ElementOf(JsonNode node, string source)
    {
        try
        {
            return JsonSerializer.SerializeToElement(node, Options);
        }
        catch (Exception fault) when (fault is JsonException or ArgumentException or InvalidOperationException)
        {
            throw new InvalidDataException($"{source}: expected text in Unicode, got half of a surrogate pair.", fault);
        }
    }

    // So that types can be asked for before anything is bound.
    private static JsonSerializerOptions Complete(JsonSerializerOptions options)
    {
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
