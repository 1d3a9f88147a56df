using Coda.Data.Algebra;
using Coda.Training.Algebra;

namespace Coda.Training.Export;

/// <summary>The algebra that adds nodes to an ONNX graph: what is written in it becomes a file that ONNX Runtime computes.</summary>
/// <remarks>Only operators of opset 17 with kernels on CPU and GPU. Not thread-safe.</remarks>
/// <param name="graph">The graph to add to.</param>
public sealed partial class OnnxAlgebra(OnnxGraph graph) : INetworkAlgebra<OnnxValue>
{
    /// <inheritdoc/>
    public int[] ShapeOf(OnnxValue a) => a.Shape;

    /// <inheritdoc/>
    public OnnxValue Constant(double value) => graph.Constant([(float)value]);

    /// <inheritdoc/>
    public OnnxValue Constant(ReadOnlySpan<double> values) => graph.Constant(Array.ConvertAll(values.ToArray(), v => (float)v), values.Length);

    /// <inheritdoc/>
    public OnnxValue Add(OnnxValue a, OnnxValue b) => Combine("Add", a, b);

    /// <inheritdoc/>
    public OnnxValue Subtract(OnnxValue a, OnnxValue b) => Combine("Sub", a, b);

    /// <inheritdoc/>
    public OnnxValue Multiply(OnnxValue a, OnnxValue b) => Combine("Mul", a, b);

    /// <inheritdoc/>
    public OnnxValue Divide(OnnxValue a, OnnxValue b) => Combine("Div", a, b);

    /// <inheritdoc/>
    public OnnxValue Scale(OnnxValue a, double factor) => Combine("Mul", a, Constant(factor));

    /// <inheritdoc/>
    public OnnxValue Offset(OnnxValue a, double offset) => Combine("Add", a, Constant(offset));

    /// <inheritdoc/>
    public OnnxValue Abs(OnnxValue a) => Map("Abs", a);

    /// <inheritdoc/>
    public OnnxValue Power(OnnxValue a, double exponent) => Combine("Pow", a, Constant(exponent));

    /// <inheritdoc/>
    public OnnxValue Exp(OnnxValue a) => Map("Exp", a);

    /// <inheritdoc/>
    public OnnxValue Log(OnnxValue a) => Map("Log", a);

    /// <inheritdoc/>
    public OnnxValue Sin(OnnxValue a) => Map("Sin", a);

    /// <inheritdoc/>
    public OnnxValue Cos(OnnxValue a) => Map("Cos", a);

    /// <inheritdoc/>
    public OnnxValue Tanh(OnnxValue a) => Map("Tanh", a);

    /// <inheritdoc/>
    public OnnxValue Erf(OnnxValue a) => Map("Erf", a);

    /// <inheritdoc/>
    public OnnxValue Relu(OnnxValue a) => Map("Relu", a);

    /// <inheritdoc/>
    public OnnxValue Step(OnnxValue a) => graph.Node("Cast", a.Shape, [Combine("Greater", a, Constant(0))], ("to", 1));

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The axis's length is known at run time only.</exception>
    public OnnxValue Roll(OnnxValue a, int axis, int shift)
    {
        var size = a.Shape[^-axis] is > 0 and var known
            ? known
            : throw new ArgumentException($"Expected an axis of known length to roll, got axis {axis} of [{string.Join(", ", a.Shape)}].");
        var cut = ((shift % size) + size) % size;
        return cut == 0 ? a : Concat(axis, Slice(a, axis, size - cut, cut), Slice(a, axis, 0, size - cut));
    }

    /// <inheritdoc/>
    public OnnxValue Slice(OnnxValue a, int axis, int start, int length)
    {
        int[] shape = [.. a.Shape];
        shape[^-axis] = length;
        return graph.Node("Slice", shape, [a, graph.Integers(start), graph.Integers(start + length), graph.Integers(axis)]);
    }

    /// <inheritdoc/>
    public OnnxValue Concat(int axis, params ReadOnlySpan<OnnxValue> parts)
    {
        int[] shape = [.. parts[0].Shape];
        shape[^-axis] = 0;
        foreach (var part in parts)
        {
            shape[^-axis] = shape[^-axis] < 0 || part.Shape[^-axis] < 0 ? OnnxValue.Symbolic : shape[^-axis] + part.Shape[^-axis];
        }

        return AllConstant(parts) ? Join(axis, shape, parts) : graph.Node("Concat", shape, parts, ("axis", axis));
    }

    private static bool AllConstant(ReadOnlySpan<OnnxValue> parts)
    {
        foreach (var part in parts)
        {
            if (part.Data is null)
            {
                return false;
            }
        }

        return true;
    }

    // A constant, for what reads the graph looks for the entries of kernels.
    private OnnxValue Join(int axis, int[] shape, ReadOnlySpan<OnnxValue> parts)
    {
        var rows = shape[..^-axis].Aggregate(1, (product, length) => product * length);
        var joined = new List<float>();
        for (var row = 0; row < rows; row++)
        {
            foreach (var part in parts)
            {
                var length = part.Data!.Length / rows;
                joined.AddRange(part.Data.AsSpan(row * length, length));
            }
        }

        return graph.Constant([.. joined], shape);
    }

    /// <inheritdoc/>
    public OnnxValue Gather(OnnxValue a, ReadOnlySpan<int> indices)
    {
        if (a.Data is not null)
        {
            return Known(new BufferAlgebra<float>().Gather(Plain(a), indices));
        }

        var places = graph.Integers(Array.ConvertAll(indices.ToArray(), i => (long)i));
        return graph.Node("Gather", [.. a.Shape[..^1], indices.Length], [a, places], ("axis", -1));
    }

    /// <inheritdoc/>
    public OnnxValue InsertAxis(OnnxValue a, int axis)
    {
        var at = a.Rank + 1 + axis;
        int[] shape = [.. a.Shape[..at], 1, .. a.Shape[at..]];
        return a.Data is { } data ? graph.Constant(data, shape) : graph.Node("Unsqueeze", shape, [a, graph.Integers(axis)]);
    }

    /// <inheritdoc/>
    public OnnxValue RemoveAxis(OnnxValue a, int axis)
    {
        var at = a.Rank + axis;
        return graph.Node("Squeeze", [.. a.Shape[..at], .. a.Shape[(at + 1)..]], [a, graph.Integers(axis)]);
    }

    /// <inheritdoc/>
    public OnnxValue SplitLast(OnnxValue a, int size) => Reshape(a, [.. a.Shape[..^1], a.Shape[^1] / size, size], kept: a.Rank - 1);

    /// <inheritdoc/>
    public OnnxValue MergeLast(OnnxValue a) => Reshape(a, [.. a.Shape[..^2], a.Shape[^2] * a.Shape[^1]], kept: a.Rank - 2);

    /// <inheritdoc/>
    public OnnxValue Sum(OnnxValue a, int axis) => graph.Node("ReduceSum", Without(a, axis), [a, graph.Integers(axis)], ("keepdims", 0));

    /// <inheritdoc/>
    public OnnxValue Mean(OnnxValue a, int axis) => graph.Node("ReduceMean", Without(a, axis), [a], ("axes", new long[] { axis }), ("keepdims", 0));

    private static int[] Without(OnnxValue a, int axis) => [.. a.Shape[..(a.Rank + axis)], .. a.Shape[(a.Rank + axis + 1)..]];

    private OnnxValue Map(string operation, OnnxValue a) => graph.Node(operation, a.Shape, [a]);

    private OnnxValue Combine(string operation, OnnxValue a, OnnxValue b)
    {
        var shape = new int[Math.Max(a.Rank, b.Rank)];
        for (var axis = 1; axis <= shape.Length; axis++)
        {
            var (m, n) = (axis <= a.Rank ? a.Shape[^axis] : 1, axis <= b.Rank ? b.Shape[^axis] : 1);
            shape[^axis] = m == 1 ? n : m;
        }

        return graph.Node(operation, shape, [a, b]);
    }

    // A 0 in ONNX's Reshape copies the input's axis, whatever its length at run time.
    private OnnxValue Reshape(OnnxValue a, int[] shape, int kept) => a.Data is { } data
        ? graph.Constant(data, shape)
        : graph.Node("Reshape", shape, [a, graph.Integers([.. shape.Select((axis, i) => i < kept ? 0L : axis)])]);
}
