using System.Runtime.InteropServices;
using Coda.Data.Foundation;
using Coda.Data.Graphs;

namespace Coda.Training.Export;

/// <summary>A network's ONNX file with its convolutions in eight-bit integers, between nodes that quantize and dequantize (QDQ).</summary>
/// <remarks>
/// Jacob et al. (2018), after training: weights are symmetric with a scale for each output channel, activations unsigned with one scale and zero for each
/// convolution, from the ranges that a record shows. Convolutions of fewer than 16 channels on either side stay as they are: the first layer reads
/// observations, the last gives states. ONNX Runtime fuses each group into one integer kernel.
/// </remarks>
public static class QuantizedGraph
{
    /// <summary>What a probe's output of the least value of a tensor is called: its name and this.</summary>
    public const string Least = ".least";

    /// <summary>What a probe's output of the greatest value of a tensor is called: its name and this.</summary>
    public const string Greatest = ".greatest";

    private const int FewestChannels = 16;
    private const float Steps = 255;

    /// <summary>Writes a file that also gives the least and the greatest value of every tensor that is to be quantized.</summary>
    /// <param name="source">The file.</param>
    /// <param name="target">The file to write.</param>
    /// <returns>The names of the tensors.</returns>
    /// <exception cref="InvalidDataException">No convolution of the file is worth it, or the file is damaged, or has tensors in other files.</exception>
    public static IReadOnlyList<string> WriteProbe(string source, string target)
    {
        var model = OnnxFormat.ReadWhole(source);
        var names = Convolutions(model.Graph).SelectMany(c => new[] { c.Node.Input[0], c.Node.Output[0] }).Distinct().ToList();
        if (names.Count == 0)
        {
            throw new InvalidDataException($"{source}: expected convolutions of {FewestChannels} channels or more, got none; nothing is gained in integers.");
        }

        foreach (var name in names)
        {
            foreach (var (operation, output) in new[] { ("ReduceMin", name + Least), ("ReduceMax", name + Greatest) })
            {
                model.Graph.Node.Add(
                    new NodeProto { OpType = operation, Name = output, Input = { name }, Output = { output }, Attribute = { Number("keepdims", 0) } });
                model.Graph.Output.Add(new ValueInfoProto
                {
                    Name = output, Type =
                        new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)TensorProto.Types.DataType.Float,
                            Shape = new TensorShapeProto() } },
                });
            }
        }

        Write(model, target);
        return names;
    }

    /// <summary>Writes the file with its convolutions in integers.</summary>
    /// <param name="source">The file.</param>
    /// <param name="target">The file to write.</param>
    /// <param name="ranges">The range of every tensor that <see cref="WriteProbe"/> named.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or has tensors in other files.</exception>
    public static void Write(string source, string target, IReadOnlyDictionary<string, (float Least, float Greatest)> ranges)
    {
        var model = OnnxFormat.ReadWhole(source);
        var graph = model.Graph;
        foreach (var (node, weight, bias) in Convolutions(graph))
        {
            var (input, output) = (node.Input[0], node.Output[0]);
            var inputScale = Scale(ranges[input]);
            var (weights, weightScales) = Symmetric(weight);
            int[] biases = [.. TensorEntries.Floats(bias).ToArray().Select((b, i) => (int)MathF.Round(b / (weightScales[i] * inputScale)))];
            var before = graph.Node.IndexOf(node);
            var raw = output + ".raw";
            NodeProto[] group =
            [
                .. Around(graph, input, output + ".in", ranges[input]),
                Dequantized(graph, output + ".weight", TensorProto.Types.DataType.Int8, MemoryMarshal.AsBytes<sbyte>(weights), weight.Dims, weightScales),
                Dequantized(
                    graph, output + ".bias", TensorProto.Types.DataType.Int32, MemoryMarshal.AsBytes<int>(biases), bias.Dims,
                    [.. weightScales.Select(s => s * inputScale)]),
                Convolution(node, output + ".in", output + ".weight", output + ".bias", raw),
                .. Around(graph, raw, output, ranges[output]),
            ];
            graph.Node.RemoveAt(before);
            foreach (var (i, added) in group.Index())
            {
                graph.Node.Insert(before + i, added);
            }
        }

        DropUnused(graph);
        Write(model, target);
    }

    private static List<(NodeProto Node, TensorProto Weight, TensorProto Bias)> Convolutions(GraphProto graph)
    {
        var arrays = graph.Initializer.GroupBy(i => i.Name).ToDictionary(i => i.Key, i => i.Last()); // of two the later counts, as in ONNX Runtime
        return
        [
            .. graph.Node.Where(
                n => n is { OpType: "Conv", Input.Count: 3, Output.Count: > 0 } && arrays.ContainsKey(n.Input[1]) && arrays.ContainsKey(n.Input[2]))
                .Select(n => (n, arrays[n.Input[1]], arrays[n.Input[2]]))
                .Where(c => c.Item2.Dims is [>= FewestChannels and var channels, >= FewestChannels, ..] && c.Item3.Dims is [var biases] && biases == channels),
        ];
    }

    // Quantize and dequantize: what lies between the two can be integers.
    private static NodeProto[] Around(GraphProto graph, string from, string to, (float Least, float Greatest) range)
    {
        var (scale, zero) = (Store(graph, to + ".scale", TensorProto.Types.DataType.Float, MemoryMarshal.AsBytes<float>([Scale(range)]), []), to + ".zero");
        Store(graph, zero, TensorProto.Types.DataType.Uint8, [(byte)MathF.Round(-Math.Min(range.Least, 0) / Scale(range))], []);
        return
        [
            new NodeProto { OpType = "QuantizeLinear", Name = to + ".quantized", Input = { from, scale, zero }, Output = { to + ".quantized" } },
            new NodeProto { OpType = "DequantizeLinear", Name = to + ".dequantized", Input = { to + ".quantized", scale, zero }, Output = { to } },
        ];
    }

    // The range is widened to hold 0, which padding and masks are made of.
    private static float Scale((float Least, float Greatest) range) => Math.Max(Math.Max(range.Greatest, 0) - Math.Min(range.Least, 0), 1e-6f) / Steps;

    private static (sbyte[] Values, float[] Scales) Symmetric(TensorProto weight)
    {
        var (values, channels) = (TensorEntries.Floats(weight).ToArray(), (int)weight.Dims[0]);
        var length = values.Length / channels;
        float[] scales = [.. Enumerable.Range(0, channels).Select(c => Math.Max(values.AsSpan(c * length, length).ToArray().Max(Math.Abs), 1e-9f) / 127)];
        return ([.. values.Select((v, i) => (sbyte)Math.Clamp(MathF.Round(v / scales[i / length]), -127, 127))], scales);
    }

    private static NodeProto Dequantized(
        GraphProto graph, string name, TensorProto.Types.DataType type, ReadOnlySpan<byte> bytes, IEnumerable<long> dims, float[] scales)
    {
        var integers = Store(graph, name + ".integers", type, bytes, dims);
        var scale = Store(graph, name + ".scale", TensorProto.Types.DataType.Float, MemoryMarshal.AsBytes<float>(scales), [scales.Length]);
        var zero = Store(graph, name + ".zero", type, new byte[scales.Length * (type == TensorProto.Types.DataType.Int32 ? 4 : 1)], [scales.Length]);
        return new NodeProto { OpType = "DequantizeLinear", Name = name, Input = { integers, scale, zero }, Output = { name },
            Attribute = { Number("axis", 0) } };
    }

    private static NodeProto Convolution(NodeProto node, string input, string weight, string bias, string output)
    {
        var copy = node.Clone();
        copy.Input.Clear();
        copy.Input.AddRange([input, weight, bias]);
        copy.Output[0] = output;
        return copy;
    }

    private static string Store(GraphProto graph, string name, TensorProto.Types.DataType type, ReadOnlySpan<byte> bytes, IEnumerable<long> dims)
    {
        graph.Initializer.Add(TensorEntries.Of(name, type, dims, bytes));
        return name;
    }

    private static void DropUnused(GraphProto graph)
    {
        var used = graph.Node.SelectMany(n => n.Input).ToHashSet();
        foreach (var unused in graph.Initializer.Where(i => !used.Contains(i.Name)).ToList())
        {
            graph.Initializer.Remove(unused);
        }
    }

    private static AttributeProto Number(string name, long value) => new() { Name = name, I = value, Type = AttributeProto.Types.AttributeType.Int };

    private static void Write(ModelProto model, string path) => AtomicFile.Write(path, stream => OnnxFormat.Write(model, stream));
}
