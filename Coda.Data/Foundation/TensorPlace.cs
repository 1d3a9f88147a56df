using System.Runtime.InteropServices;
using System.Text.Json.Serialization;

namespace Coda.Data.Foundation;

/// <summary>Where an array lies in a safetensors file, as its header says.</summary>
internal sealed record TensorPlace
{
    /// <summary>The type of its entries.</summary>
    [JsonPropertyName("dtype")]
    public required string Type { get; init; }

    /// <summary>The length of every axis.</summary>
    public required IReadOnlyList<long> Shape { get; init; }

    /// <summary>The first byte and the one after the last, counted from the header's end.</summary>
    [JsonPropertyName("data_offsets")]
    public required IReadOnlyList<long> Offsets { get; init; }

    /// <summary>What an array that can be read has, in words.</summary>
    [JsonIgnore]
    public string Asked => "of F32, as long as its shape, within the file";

    /// <summary>The entries; <see langword="null"/> where it is no array of floats that lies within the file and is as long as its shape.</summary>
    /// <param name="data">What follows the header.</param>
    public float[]? Read(ReadOnlySpan<byte> data)
    {
        var entries = Shape.Aggregate(1.0, (count, axis) => count * axis); // in double, so that no shape overflows
        return Type == "F32" && Shape.All(axis => axis >= 0) && Offsets is [>= 0 and var start, var end] && start <= end && end <= data.Length
            && end - start == 4 * entries
            ? MemoryMarshal.Cast<byte, float>(data[(int)start..(int)end]).ToArray()
            : null;
    }

    /// <summary>Writes type, shape and bytes.</summary>
    public override string ToString() =>
        $"one of {ForeignText.Shorten(Type)} [{string.Join(", ", Shape.Take(8))}] in the bytes [{string.Join(", ", Offsets.Take(8))})";
}
