using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Coda.Data.Foundation;

/// <summary>A JSON document and where it came from: parsed, then bound to types; whatever is wrong with it is told with the source, the place, expected, got
/// and cure.</summary>
internal sealed class JsonSource : IDisposable
{
    private const int LongestExcerpt = 24;
    private readonly JsonDocument _document;
    private readonly string _source;
    private readonly string _cure;

    private JsonSource(JsonDocument document, string source, string cure) => (_document, _source, _cure) = (document, source, cure);

    /// <summary>The document's root.</summary>
    public JsonElement Root => _document.RootElement;

    /// <summary>The root's member <c>formatVersion</c>; <see langword="null"/> where there is none that is a whole number.</summary>
    public int? FormatVersion => Root.ValueKind == JsonValueKind.Object && Root.TryGetProperty("formatVersion", out var version)
        && version.ValueKind == JsonValueKind.Number && version.TryGetInt32(out var number) ? number : null;

    /// <summary>Parses a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cure">What helps where it is damaged, in a sentence.</param>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="InvalidDataException">It is no JSON.</exception>
    public static JsonSource Open(string path, string cure) => Parse(File.ReadAllBytes(path), path, cure);

    /// <summary>Parses text in UTF-8, with a byte order mark or without; comments are skipped.</summary>
    /// <param name="text">The text.</param>
    /// <param name="source">What it is, for messages.</param>
    /// <param name="cure">What helps where it is damaged, in a sentence.</param>
    /// <exception cref="InvalidDataException">It is no JSON.</exception>
    public static JsonSource Parse(ReadOnlyMemory<byte> text, string source, string cure)
    {
        text = text.Span.StartsWith(Encoding.UTF8.Preamble) ? text[Encoding.UTF8.Preamble.Length..] : text;
        if (!Utf8.IsValid(text.Span))
        {
            throw new InvalidDataException($"{source}: expected text in UTF-8, got byte {FirstOther(text.Span) + 1} that is none. {cure}");
        }

        try
        {
            return new JsonSource(JsonDocument.Parse(text, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip }), source, cure);
        }
        catch (JsonException fault)
        {
            throw new InvalidDataException($"{source}: {Place(text.Span, fault)}. {cure}", fault);
        }
    }

    /// <summary>The document as a value of a type, its digest apart.</summary>
    /// <exception cref="InvalidDataException">It is of another shape; one part of the message for every fault.</exception>
    public T As<T>()
    {
        if (Digest is null)
        {
            return Bind<T>(Root, _source, _cure);
        }

        using var rest = JsonDocument.Parse(JsonDigest.Without(Root));
        return Bind<T>(rest.RootElement, _source, _cure);
    }

    /// <summary>Refuses a document that was changed after its digest was taken; one without a digest is believed.</summary>
    /// <remarks>Asked last, so that what is wrong with the change itself is told where that is known.</remarks>
    /// <exception cref="InvalidDataException">It was changed.</exception>
    public void RequireDigest()
    {
        if (Digest is { } digest && (digest.ValueKind != JsonValueKind.String || digest.GetString() != JsonDigest.Of(Root)))
        {
            throw new InvalidDataException(
                $"{_source}: {JsonDigest.Member}: expected {JsonDigest.Of(Root)}, that of the other members, got {ForeignText.Shorten(digest.GetRawText())}: "
                    + $"the file was changed after it was written. {_cure} Where it was changed on purpose, remove the member {JsonDigest.Member}.");
        }
    }

    private JsonElement? Digest => Root.ValueKind == JsonValueKind.Object && Root.TryGetProperty(JsonDigest.Member, out var digest) ? digest : null;

    /// <summary>A part of a document as a value of a type.</summary>
    /// <param name="value">The part.</param>
    /// <param name="source">What the document is, for messages.</param>
    /// <param name="cure">What helps, in a sentence.</param>
    /// <param name="path">The part's path from the root; empty for the root itself.</param>
    /// <exception cref="InvalidDataException">It is of another shape; one part of the message for every fault.</exception>
    public static T Bind<T>(JsonElement value, string source, string cure, string path = "") => (T)Bind(value, typeof(T), source, cure, path);

    /// <summary>A part of a document as a value of a type.</summary>
    /// <param name="value">The part.</param>
    /// <param name="type">The type.</param>
    /// <param name="source">What the document is, for messages.</param>
    /// <param name="cure">What helps, in a sentence.</param>
    /// <param name="path">The part's path from the root; empty for the root itself.</param>
    /// <exception cref="InvalidDataException">It is of another shape; one part of the message for every fault.</exception>
    public static object Bind(JsonElement value, Type type, string source, string cure, string path = "")
    {
        if (FaultsOf(value, type, CodaJson.Reading, path) is { } faults)
        {
            throw new InvalidDataException($"{source}: {faults}. {cure}");
        }

        if (JsonBinding.Try(value, type, out var bound) is not { } fault)
        {
            return bound!;
        }

        var (at, told) = JsonBinding.Locate(value, type, path, fault);
        throw new InvalidDataException($"{source}: {(at.Length > 0 ? at : "the document")}: {told}. {cure}", fault);
    }

    /// <summary>Whatever of a document does not fit a type, in words; <see langword="null"/> where all does.</summary>
    /// <param name="value">The document, or a part of it.</param>
    /// <param name="type">The type.</param>
    /// <param name="options">How it is bound.</param>
    /// <param name="path">The part's path from the root; empty for the root itself.</param>
    public static string? FaultsOf(JsonElement value, Type type, JsonSerializerOptions options, string path = "")
    {
        var faults = new Faults("JSON");
        new JsonCheck(options, faults).Visit(value, type, path);
        return faults.Count > 0 ? faults.Text : null;
    }

    /// <summary>Where text stops being JSON, and what is there.</summary>
    /// <param name="text">The text, in UTF-8.</param>
    /// <param name="fault">What parsing it threw.</param>
    public static string Place(ReadOnlySpan<byte> text, JsonException fault)
    {
        var (line, column) = (fault.LineNumber ?? 0, fault.BytePositionInLine ?? 0);
        var start = 0;
        for (var i = 0; i < line; i++)
        {
            start += text[start..].IndexOf((byte)'\n') + 1;
        }

        var at = (int)Math.Min(start + column, text.Length);
        var rest = text[at..];
        var excerpt = Encoding.UTF8.GetString(rest[..Math.Min(rest.Length, 4 * LongestExcerpt)]);
        return rest.IsEmpty
            ? FormattableString.Invariant($"expected JSON, got text that ends within it (line {line + 1}, byte {column + 1})")
            : string.Create(
                CultureInfo.InvariantCulture, $"line {line + 1}, byte {column + 1}: expected JSON{(IsTooDeep(text) ? " of at most 64 levels" : "")}, "
                    + $"got {ForeignText.Shorten(excerpt, LongestExcerpt)}");
    }

    /// <inheritdoc/>
    public void Dispose() => _document.Dispose();

    private static int FirstOther(ReadOnlySpan<byte> text)
    {
        var at = 0;
        while (Rune.DecodeFromUtf8(text[at..], out _, out var length) == System.Buffers.OperationStatus.Done)
        {
            at += length;
        }

        return at;
    }

    private static bool IsTooDeep(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, MaxDepth = 65 });
        try
        {
            while (reader.Read())
            {
                if (reader.CurrentDepth >= 64 && reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject)
                {
                    return true;
                }
            }
        }
        catch (JsonException)
        {
            return false;
        }

        return false;
    }
}
