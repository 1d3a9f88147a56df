using System.Runtime.InteropServices;
using Coda.Data.Graphs;
using Google.Protobuf;
using static Coda.Data.Graphs.TensorProto.Types;

namespace Coda.Benchmarks.Devices;

/// <summary>An ONNX file that computes in float16 between inputs and outputs of float32, for a measurement of what that gains and costs.</summary>
internal static class HalfGraph
{
    private const string Half = ".half";

    /// <summary>Converts a file.</summary>
    /// <param name="path">A file whose numbers are float32, all of them inputs, outputs or initializers.</param>
    public static byte[] Of(string path)
    {
        var model = OnnxFormat.ReadWhole(path);
        var graph = model.Graph;
        foreach (var constant in graph.Initializer.Where(i => i.DataType == (int)DataType.Float))
        {
            var halves = TensorEntries.Floats(constant).ToArray().Select(value => (System.Half)value).ToArray();
            constant.DataType = (int)DataType.Float16;
            constant.FloatData.Clear();
            constant.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<System.Half>(halves));
        }

        var inputs = graph.Input.Select(input => input.Name).ToHashSet();
        var outputs = graph.Output.Select(output => output.Name).ToHashSet();
        foreach (var node in graph.Node)
        {
            for (var i = 0; i < node.Input.Count; i++)
            {
                node.Input[i] += inputs.Contains(node.Input[i]) || outputs.Contains(node.Input[i]) ? Half : "";
            }

            for (var i = 0; i < node.Output.Count; i++)
            {
                node.Output[i] += outputs.Contains(node.Output[i]) ? Half : "";
            }
        }

        foreach (var input in inputs.Reverse())
        {
            graph.Node.Insert(0, Cast(input, input + Half, DataType.Float16));
        }

        graph.Node.AddRange(outputs.Select(output => Cast(output + Half, output, DataType.Float)));
        graph.ValueInfo.Clear();
        return OnnxFormat.Bytes(model);
    }

    private static NodeProto Cast(string from, string to, DataType type) => new()
    {
        OpType = "Cast",
        Name = $"{to}.cast",
        Input = { from },
        Output = { to },
        Attribute = { new AttributeProto { Name = "to", Type = AttributeProto.Types.AttributeType.Int, I = (int)type } },
    };
}
