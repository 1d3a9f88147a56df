using System.Runtime.InteropServices;
using Coda.Data.Graphs;
using Coda.Training.Networks;

namespace Coda.Training.Export;

/// <summary>Collects the nodes of one ONNX file: opset 17, float32.</summary>
/// <param name="name">The graph's name.</param>
public sealed class OnnxGraph(string name)
{
    private const int Opset = 17;
    private const int IntermediateRepresentation = 8; // the newest that ONNX 1.12's checker takes

    private readonly GraphProto _graph = new() { Name = name };
    private readonly Dictionary<string, OnnxValue> _constants = [];
    private int _count;

    /// <summary>The inputs, by name: the axes, as in <c>batch, 2, 101, 40</c>.</summary>
    public IReadOnlyDictionary<string, string> Inputs => Axes(_graph.Input);

    /// <summary>The outputs, likewise.</summary>
    public IReadOnlyDictionary<string, string> Outputs => Axes(_graph.Output);

    /// <summary>Declares an input.</summary>
    /// <param name="input">Its name.</param>
    /// <param name="axes">Its axes: a number, or a name for a length known at run time only.</param>
    public OnnxValue Input(string input, params ReadOnlySpan<object> axes)
    {
        var info = Describe(input, axes);
        _graph.Input.Add(info);
        return new OnnxValue(input, [.. info.Type.TensorType.Shape.Dim.Select(d => d.HasDimValue ? (int)d.DimValue : OnnxValue.Symbolic)]);
    }

    /// <summary>Declares an output.</summary>
    /// <param name="output">Its name.</param>
    /// <param name="value">The value that it shows.</param>
    /// <param name="axes">Its axes, as in <see cref="Input"/>.</param>
    public void Output(string output, OnnxValue value, params ReadOnlySpan<object> axes)
    {
        _graph.Node.Add(new NodeProto { OpType = "Identity", Name = $"out_{output}", Input = { value.Name }, Output = { output } });
        _graph.Output.Add(Describe(output, axes));
    }

    /// <summary>A constant of floats; equal ones are stored once.</summary>
    /// <param name="values">The entries, row-major.</param>
    /// <param name="shape">The length of every axis.</param>
    public OnnxValue Constant(float[] values, params int[] shape)
    {
        var bytes = MemoryMarshal.AsBytes(values.AsSpan());
        return Store(TensorProto.Types.DataType.Float, bytes, shape, values);
    }

    /// <summary>A constant of integers, for axes and bounds.</summary>
    /// <param name="values">The entries.</param>
    public OnnxValue Integers(params ReadOnlySpan<long> values) =>
        Store(TensorProto.Types.DataType.Int64, MemoryMarshal.AsBytes(values), [values.Length], null);

    /// <summary>Adds a node with one output.</summary>
    /// <param name="operation">The ONNX operator.</param>
    /// <param name="shape">The output's shape.</param>
    /// <param name="inputs">The inputs.</param>
    /// <param name="attributes">Attributes: integers, lists of integers, or floats.</param>
    public OnnxValue Node(string operation, int[] shape, ReadOnlySpan<OnnxValue> inputs, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        var output = $"{operation.ToLowerInvariant()}_{_count++}";
        var node = new NodeProto { OpType = operation, Name = output, Output = { output } };
        foreach (var input in inputs)
        {
            node.Input.Add(input.Name);
        }

        foreach (var (attribute, value) in attributes)
        {
            node.Attribute.Add(Attribute(attribute, value));
        }

        _graph.Node.Add(node);
        return new OnnxValue(output, shape);
    }

    /// <summary>Writes the file's bytes.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="description">What the model is, in a sentence.</param>
    public void Write(Stream stream, string description)
    {
        var used = _graph.Node.SelectMany(node => node.Input).ToHashSet();
        foreach (var unused in _graph.Initializer.Where(constant => !used.Contains(constant.Name)).ToList())
        {
            _graph.Initializer.Remove(unused); // a kernel that another of its shapes took the place of
        }

        var model = new ModelProto
        {
            IrVersion = IntermediateRepresentation,
            ProducerName = "Coda",
            DocString = description,
            Graph = _graph,
            OpsetImport = { new OperatorSetIdProto { Version = Opset } },
        };
        OnnxFormat.Write(model, stream);
    }

    private OnnxValue Store(TensorProto.Types.DataType type, ReadOnlySpan<byte> bytes, int[] shape, float[]? data)
    {
        var key = $"{type}[{string.Join(',', shape)}]{Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(bytes))}";
        if (_constants.TryGetValue(key, out var known))
        {
            return known;
        }

        var value = new OnnxValue($"constant_{_constants.Count}", shape, data);
        _graph.Initializer.Add(TensorEntries.Of(value.Name, type, shape.Select(axis => (long)axis), bytes));
        _constants.Add(key, value);
        return value;
    }

    private static AttributeProto Attribute(string name, object value)
    {
        var attribute = new AttributeProto { Name = name };
        switch (value)
        {
            case int number:
                (attribute.I, attribute.Type) = (number, AttributeProto.Types.AttributeType.Int);
                break;
            case long[] numbers:
                attribute.Ints.AddRange(numbers);
                attribute.Type = AttributeProto.Types.AttributeType.Ints;
                break;
            default:
                throw new ArgumentException($"Expected an integer or a list of integers for '{name}', got {value.GetType().Name}.");
        }

        return attribute;
    }

    /// <summary>A graph of a model.</summary>
    /// <param name="part">The part whose weights it takes.</param>
    /// <param name="graph">What it computes.</param>
    internal static OnnxGraph Of(ModelPart part, ModelGraph graph)
    {
        var onnx = new OnnxGraph(graph.Role.Replace('-', '_'));
        OnnxValue[] inputs = [.. graph.Inputs.Select(input => onnx.Input(input.Name, AxesOf(input)))];
        var outputs = graph.Evaluate(new OnnxAlgebra(onnx), onnx.Constants(part.Component.WeightDefinitions, part.Weights), inputs);
        foreach (var (output, value) in graph.Outputs.Zip(outputs))
        {
            onnx.Output(output.Name, value, AxesOf(output));
        }

        return onnx;

        static object[] AxesOf(ModelTensor tensor) => [.. tensor.Axes.Split(", ").Select(axis => int.TryParse(axis, out var length) ? (object)length : axis)];
    }

    /// <summary>A component's weights as constants.</summary>
    /// <param name="definitions">The arrays.</param>
    /// <param name="values">Their values, by name.</param>
    internal Weights<OnnxValue> Constants(IReadOnlyList<WeightDefinition> definitions, IReadOnlyDictionary<string, float[]> values) =>
        new(definitions.ToDictionary(d => d.Name, d => Constant(values[d.Name], d.Shape)));

    private static Dictionary<string, string> Axes(IEnumerable<ValueInfoProto> tensors) => tensors.ToDictionary(
        tensor => tensor.Name, tensor => string.Join(", ", tensor.Type.TensorType.Shape.Dim.Select(d => d.HasDimValue ? $"{d.DimValue}" : d.DimParam)));

    private static ValueInfoProto Describe(string name, ReadOnlySpan<object> axes)
    {
        var shape = new TensorShapeProto();
        foreach (var axis in axes)
        {
            shape.Dim.Add(axis is int length
                ? new TensorShapeProto.Types.Dimension { DimValue = length }
                : new TensorShapeProto.Types.Dimension { DimParam = (string)axis });
        }

        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)TensorProto.Types.DataType.Float, Shape = shape } },
        };
    }
}
