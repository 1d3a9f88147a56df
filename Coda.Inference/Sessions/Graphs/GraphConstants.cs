using System.Runtime.InteropServices;
using Coda.Data.Graphs;

namespace Coda.Inference.Sessions.Graphs;

/// <summary>The constants of an ONNX graph, and those that its ring form needs besides.</summary>
internal sealed class GraphConstants
{
    private readonly Dictionary<string, TensorProto> _tensors = [];
    private readonly Dictionary<string, TensorProto> _added = [];

    /// <summary>Knows the constants in a file.</summary>
    /// <param name="tensors">The constants; of two with one name the later counts, as in ONNX Runtime.</param>
    public GraphConstants(IEnumerable<TensorProto> tensors)
    {
        foreach (var tensor in tensors)
        {
            _tensors[tensor.Name] = tensor;
        }
    }

    /// <summary>The constants that the file lacks.</summary>
    public IEnumerable<TensorProto> Added => _added.Values;

    /// <summary>Whether a value is a constant.</summary>
    public bool Has(string name) => _tensors.ContainsKey(name);

    /// <summary>The axes of a constant.</summary>
    public IReadOnlyList<long> Shape(string name) => _tensors[name].Dims;

    /// <summary>A constant's whole numbers; <see langword="null"/> where the value is none, or of another type.</summary>
    /// <exception cref="InvalidDataException">The constant's entries do not fill its axes.</exception>
    public long[]? Integers(string name) =>
        _tensors.TryGetValue(name, out var tensor) && tensor.DataType == (int)TensorProto.Types.DataType.Int64
            ? TensorEntries.Integers(tensor).ToArray()
            : null;

    /// <summary>Adds a list of whole numbers.</summary>
    /// <returns>Its name.</returns>
    public string Add(params long[] numbers) =>
        Add($"ring_{string.Join('_', numbers)}", TensorProto.Types.DataType.Int64, [numbers.Length], MemoryMarshal.AsBytes(numbers.AsSpan()));

    /// <summary>Adds a constant with the first of every row of another, whose rows are each all alike.</summary>
    /// <param name="name">The constant.</param>
    /// <returns>The new one's name; <see langword="null"/> where a row is not all alike.</returns>
    /// <exception cref="InvalidDataException">The constant's entries do not fill its axes.</exception>
    public string? FirstOfRows(string name)
    {
        var tensor = _tensors[name];
        if (tensor.DataType != (int)TensorProto.Types.DataType.Float || tensor.Dims[^1] == 0)
        {
            return null;
        }

        var values = MemoryMarshal.Cast<float, int>(TensorEntries.Floats(tensor)); // their bits
        var width = (int)tensor.Dims[^1];
        var first = new int[values.Length / width];
        for (var i = 0; i < values.Length; i++)
        {
            first[i / width] = i % width == 0 ? values[i] : first[i / width];
            if (values[i] != first[i / width])
            {
                return null;
            }
        }

        return Add($"{name}_anywhere", TensorProto.Types.DataType.Float, [.. tensor.Dims.SkipLast(1), 1], MemoryMarshal.AsBytes(first.AsSpan()));
    }

    private string Add(string name, TensorProto.Types.DataType type, long[] shape, ReadOnlySpan<byte> values)
    {
        if (!_added.ContainsKey(name))
        {
            _added.Add(name, TensorEntries.Of(name, type, shape, values));
        }

        return name;
    }
}
