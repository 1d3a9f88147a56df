using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Coda.Data.Foundation;

/// <summary>Named arrays of floats with text beside them, in the safetensors format.</summary>
/// <remarks>
/// Eight bytes with the header's length, a JSON header (name, dtype, shape, offsets; <c>__metadata__</c>), the arrays in little-endian order. The metadata's
/// <c>sha256</c> is that of all text and arrays, so that a damaged file is known as such.
/// </remarks>
public static class TensorFile
{
    private const string Checksum = "sha256";
    private const string Notes = "__metadata__";
    private const int LengthBytes = 8;
    private const string Cure = "Fetch or write the file again; of a training run, delete it to start anew.";

    /// <summary>Writes a file, whole or not at all.</summary>
    /// <param name="path">The file to replace.</param>
    /// <param name="arrays">The arrays.</param>
    /// <param name="metadata">Text by name.</param>
    public static void Write(string path, IReadOnlyDictionary<string, float[]> arrays, IReadOnlyDictionary<string, string> metadata)
    {
        var notes = new JsonObject(metadata.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)p.Value))) { [Checksum] = Hash(arrays, metadata) };
        var header = new JsonObject { [Notes] = notes };
        long offset = 0;
        foreach (var (name, array) in arrays)
        {
            var end = offset + (4L * array.Length);
            header[name] = new JsonObject { ["dtype"] = "F32", ["shape"] = new JsonArray(array.Length), ["data_offsets"] = new JsonArray(offset, end) };
            offset = end;
        }

        var text = JsonSerializer.SerializeToUtf8Bytes(header);
        AtomicFile.Write(path, stream =>
        {
            Span<byte> length = stackalloc byte[LengthBytes];
            BinaryPrimitives.WriteInt64LittleEndian(length, text.Length);
            stream.Write(length);
            stream.Write(text);
            foreach (var array in arrays.Values)
            {
                stream.Write(MemoryMarshal.AsBytes(array.AsSpan()));
            }
        });
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is truncated, changed, or no safetensors file of floats; the message says where.</exception>
    public static (IReadOnlyDictionary<string, float[]> Arrays, IReadOnlyDictionary<string, string> Metadata) Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var length = bytes.Length >= LengthBytes ? BinaryPrimitives.ReadInt64LittleEndian(bytes) : -1;
        if (length < 2 || length > bytes.Length - LengthBytes)
        {
            throw Damaged(path, FormattableString.Invariant($"a header within the file's {bytes.Length} bytes"), length < 0
                ? "none" : FormattableString.Invariant($"one of {length} bytes"));
        }

        using var header = JsonSource.Parse(bytes.AsMemory(LengthBytes, (int)length), $"{path}: header", Cure);
        var arrays = new Dictionary<string, float[]>();
        var metadata = new Dictionary<string, string>();
        foreach (var (name, entry) in header.As<Dictionary<string, JsonElement>>())
        {
            if (name == Notes)
            {
                metadata = JsonSource.Bind<Dictionary<string, string>>(entry, $"{path}: header", Cure, Notes);
            }
            else
            {
                var place = JsonSource.Bind<TensorPlace>(entry, $"{path}: header", Cure, JsonCheck.Join("", name));
                arrays.Add(name, place.Read(bytes.AsSpan(LengthBytes + (int)length))
                    ?? throw Damaged(path, $"'{ForeignText.Shorten(name)}' {place.Asked}", place.ToString()));
            }
        }

        var (expected, got) = (metadata.Remove(Checksum, out var listed) ? listed : "none", Hash(arrays, metadata));
        return expected == got ? (arrays, metadata) : throw Damaged(path, $"SHA-256 {ForeignText.Shorten(expected)} (header)", got);
    }

    private static InvalidDataException Damaged(string path, string expected, string got) =>
        new($"{path}: expected a whole safetensors file with {expected}, got {got}. {Cure}");

    private static string Hash(IReadOnlyDictionary<string, float[]> arrays, IReadOnlyDictionary<string, string> metadata)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, text) in metadata)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{name}\n{text}\n"));
        }

        foreach (var (name, array) in arrays)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{name}\n{array.Length}\n"));
            hash.AppendData(MemoryMarshal.AsBytes(array.AsSpan()));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
