using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Coda.Data.Foundation;
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
    /// <exception cref="InvalidDataException">It is of another type, or they are not as many as the axes say.</exception>
    public static ReadOnlySpan<float> Floats(TensorProto tensor) => Checked<float>(tensor, TensorProto.Types.DataType.Float, tensor.FloatData);

    /// <summary>The entries of a tensor of whole numbers; a view where they stand as bytes.</summary>
    /// <param name="tensor">The tensor, of type INT64.</param>
    /// <exception cref="InvalidDataException">It is of another type, or they are not as many as the axes say.</exception>
    public static ReadOnlySpan<long> Integers(TensorProto tensor) => Checked<long>(tensor, TensorProto.Types.DataType.Int64, tensor.Int64Data);

    private static ReadOnlySpan<T> Checked<T>(TensorProto tensor, TensorProto.Types.DataType type, ICollection<T> listed)
        where T : unmanaged
    {
        if (tensor.DataType != (int)type)
        {
            throw Damaged(tensor, $"entries of type {Name(type)}", Name((TensorProto.Types.DataType)tensor.DataType));
        }

        var expected = tensor.Dims.Aggregate(1.0, (count, axis) => count * axis); // in double, so that no shape overflows
        var bytes = tensor.HasRawData ? tensor.RawData.Length : (long)Unsafe.SizeOf<T>() * listed.Count;
        return expected * Unsafe.SizeOf<T>() == bytes && tensor.Dims.All(axis => axis >= 0)
            ? tensor.HasRawData ? MemoryMarshal.Cast<byte, T>(tensor.RawData.Span) : listed.ToArray()
            : throw Damaged(tensor, $"entries for its axes [{string.Join(", ", tensor.Dims)}]",
                FormattableString.Invariant($"{bytes / (double)Unsafe.SizeOf<T>()} of them"));
    }

    private static string Name(TensorProto.Types.DataType type) => Enum.IsDefined(type) ? type.ToString().ToUpperInvariant() : $"number {(int)type}";

    private static InvalidDataException Damaged(TensorProto tensor, string expected, string got) =>
        new($"Tensor '{ForeignText.Shorten(tensor.Name)}': expected {expected}, got {got}; copy or export the file again.");
}
