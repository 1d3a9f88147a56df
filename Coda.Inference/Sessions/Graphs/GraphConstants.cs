using System.Runtime.InteropServices;

namespace Coda.Inference.Sessions.Graphs;

/// <summary>The constants of an ONNX graph, and those that its ring form needs besides.</summary>
/// <param name="tensors">The constants in the file.</param>
internal sealed class GraphConstants(IEnumerable<WireMessage> tensors)
{
    private const int DimensionField = 1;
    private const int TypeField = 2;
    private const int NameField = 8;
    private const int RawField = 9;
    private const int Float = 1;
    private const int Integer = 7;

    private readonly Dictionary<string, WireMessage> _tensors = tensors.ToDictionary(t => t.Text(NameField));
    private readonly Dictionary<string, WireMessage> _added = [];

    /// <summary>The constants that the file lacks.</summary>
    public IEnumerable<WireMessage> Added => _added.Values;

    /// <summary>Whether a value is a constant.</summary>
    public bool Has(string name) => _tensors.ContainsKey(name);

    /// <summary>The axes of a constant.</summary>
    public long[] Shape(string name) => _tensors[name].Numbers(DimensionField);

    /// <summary>A constant's whole numbers; <see langword="null"/> where the value is none, or of another type.</summary>
    public long[]? Integers(string name) =>
        _tensors.TryGetValue(name, out var tensor) && tensor.Numbers(TypeField) is [Integer] && tensor.Has(RawField)
            ? MemoryMarshal.Cast<byte, long>(tensor.Last(RawField).Span).ToArray()
            : null;

    /// <summary>Adds a list of whole numbers.</summary>
    /// <returns>Its name.</returns>
    public string Add(params long[] numbers) => Add($"ring_{string.Join('_', numbers)}", Integer, [numbers.Length], WireMessage.Raw(numbers));

    /// <summary>Adds a constant with the first of every row of another, whose rows are each all alike.</summary>
    /// <param name="name">The constant.</param>
    /// <returns>The new one's name; <see langword="null"/> where a row is not all alike.</returns>
    public string? FirstOfRows(string name)
    {
        var (tensor, shape) = (_tensors[name], Shape(name));
        if (tensor.Numbers(TypeField) is not [Float] || !tensor.Has(RawField))
        {
            return null;
        }

        var values = MemoryMarshal.Cast<byte, int>(tensor.Last(RawField).Span); // their bits
        var width = (int)shape[^1];
        var first = new int[values.Length / width];
        for (var i = 0; i < values.Length; i++)
        {
            first[i / width] = i % width == 0 ? values[i] : first[i / width];
            if (values[i] != first[i / width])
            {
                return null;
            }
        }

        return Add($"{name}_anywhere", Float, [.. shape[..^1], 1], MemoryMarshal.AsBytes(first.AsSpan()).ToArray());
    }

    private string Add(string name, int type, long[] shape, byte[] values)
    {
        if (!_added.ContainsKey(name))
        {
            var tensor = new WireMessage();
            foreach (var axis in shape)
            {
                tensor.Add(DimensionField, axis);
            }

            _added.Add(name, tensor.Add(TypeField, type).Add(NameField, name).Add(RawField, values));
        }

        return name;
    }
}
