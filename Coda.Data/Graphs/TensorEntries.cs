using System.Runtime.InteropServices;
using Google.Protobuf;

namespace Coda.Data.Graphs;

/// <summary>The entries of a tensor, whichever of the format's fields holds them.</summary>
internal static class TensorEntries
{
    /// <summary>Makes a tensor.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">The type of its entries.</param>
    /// <param name="shape">The length of every axis.</param>
    /// <param name="bytes">The entries, row-major; copied.</param>
    public static TensorProto Of(string name, TensorProto.Types.DataType type, IEnumerable<long> shape, ReadOnlySpan<byte> bytes)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)type, RawData = ByteString.CopyFrom(bytes) };
        tensor.Dims.AddRange(shape);
        return tensor;
    }

    /// <summary>The entries of a tensor of floats; a view where they stand as bytes.</summary>
    /// <param name="tensor">The tensor, of type FLOAT.</param>
    /// <exception cref="InvalidDataException">They are not as many as the axes say.</exception>
    public static ReadOnlySpan<float> Floats(TensorProto tensor) =>
        Checked(tensor, tensor.HasRawData ? MemoryMarshal.Cast<byte, float>(tensor.RawData.Span) : tensor.FloatData.ToArray());

    /// <summary>The entries of a tensor of whole numbers; a view where they stand as bytes.</summary>
    /// <param name="tensor">The tensor, of type INT64.</param>
    /// <exception cref="InvalidDataException">They are not as many as the axes say.</exception>
    public static ReadOnlySpan<long> Integers(TensorProto tensor) =>
        Checked(tensor, tensor.HasRawData ? MemoryMarshal.Cast<byte, long>(tensor.RawData.Span) : tensor.Int64Data.ToArray());

    private static ReadOnlySpan<T> Checked<T>(TensorProto tensor, ReadOnlySpan<T> entries)
    {
        var expected = tensor.Dims.Aggregate(1.0, (count, axis) => count * axis); // in double, so that no shape overflows
        return expected == entries.Length && tensor.Dims.All(axis => axis >= 0)
            ? entries
            : throw new InvalidDataException(
                $"Tensor '{tensor.Name}': expected entries for its axes [{string.Join(", ", tensor.Dims)}], got {entries.Length} of them; "
                + "copy or export the file again.");
    }
}
