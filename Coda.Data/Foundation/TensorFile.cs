using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Coda.Data.Foundation;

/// <summary>Named arrays of floats with text beside them, in the safetensors format.</summary>
/// <remarks>
/// Eight bytes with the header's length, a JSON header (name, dtype, shape, offsets; <c>__metadata__</c>), the arrays in little-endian order.
/// The metadata's <c>sha256</c> is that of all text and arrays, so that a damaged file is known as such.
/// </remarks>
public static class TensorFile
{
    private const string Checksum = "sha256";

    /// <summary>Writes a file, whole or not at all.</summary>
    /// <param name="path">The file to replace.</param>
    /// <param name="arrays">The arrays.</param>
    /// <param name="metadata">Text by name.</param>
    public static void Write(string path, IReadOnlyDictionary<string, float[]> arrays, IReadOnlyDictionary<string, string> metadata)
    {
        var notes = new JsonObject(metadata.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)p.Value))) { [Checksum] = Hash(arrays, metadata) };
        var header = new JsonObject { ["__metadata__"] = notes };
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
            Span<byte> length = stackalloc byte[8];
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
    /// <exception cref="InvalidDataException">The file is truncated or no safetensors file.</exception>
    public static (IReadOnlyDictionary<string, float[]> Arrays, IReadOnlyDictionary<string, string> Metadata) Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        try
        {
            var length = checked((int)BinaryPrimitives.ReadInt64LittleEndian(bytes));
            var header = JsonNode.Parse(bytes.AsSpan(8, length))!.AsObject();
            var arrays = new Dictionary<string, float[]>();
            foreach (var (name, entry) in header.Where(p => p.Key != "__metadata__"))
            {
                var (start, end) = ((long)entry!["data_offsets"]![0]!, (long)entry["data_offsets"]![1]!);
                arrays.Add(name, MemoryMarshal.Cast<byte, float>(bytes.AsSpan(checked(8 + length + (int)start), checked((int)(end - start)))).ToArray());
            }

            var metadata = header["__metadata__"]!.AsObject().ToDictionary(p => p.Key, p => (string)p.Value!);
            return metadata.Remove(Checksum, out var expected) && expected == Hash(arrays, metadata)
                ? (arrays, metadata)
                : throw new InvalidOperationException("The checksum differs.");
        }
        catch (Exception fault) when (fault is ArgumentException or OverflowException or FormatException or JsonException or NullReferenceException or InvalidOperationException)
        {
            throw new InvalidDataException($"{path}: expected a whole safetensors file, got {bytes.Length} bytes that are none or were changed; delete it to start anew.", fault);
        }
    }

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
