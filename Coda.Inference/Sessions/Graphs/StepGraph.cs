using Coda.Data.Graphs;

namespace Coda.Inference.Sessions.Graphs;

/// <summary>An ONNX file of one step, rewritten to take several steps in one run.</summary>
/// <remarks>A loop costs no more than runs of one step; as many copies of the nodes are slower from 16 steps on, for their memory is planned apart.</remarks>
internal static class StepGraph
{
    /// <summary>The input of <see cref="Loop"/> that says how many steps: a whole number, as a float like all inputs. [1]</summary>
    public const string Steps = "steps";

    /// <summary>Puts the step's nodes into a loop.</summary>
    /// <param name="file">The file as read, with one input and one output of one shape; it is changed, so that constants need no second copy.</param>
    /// <returns>The bytes of a file with the same input and output, and one more input, <see cref="Steps"/>.</returns>
    public static byte[] Loop(ModelProto file)
    {
        var graph = file.Graph;
        var (input, output) = (graph.Input[0].Name, graph.Output[0].Name);
        var body = new GraphProto
        {
            Name = "step",
            Node = { graph.Node, Node("Identity", ["go_on"], ["still_go_on"]) },
            Input = { Value("step_number", TensorProto.Types.DataType.Int64), Value("go_on", TensorProto.Types.DataType.Bool), Inner(graph.Input[0]) },
            Output = { Value("still_go_on", TensorProto.Types.DataType.Bool), Inner(graph.Output[0]) },
            ValueInfo = { graph.ValueInfo.Select(Inner) },
        };
        Rename(body, Inside);
        graph.Node.Clear();
        graph.ValueInfo.Clear();
        graph.Node.Add(Node("Cast", [Steps], ["whole_steps"], new AttributeProto
        {
            Name = "to", I = (int)TensorProto.Types.DataType.Int64, Type = AttributeProto.Types.AttributeType.Int,
        }));
        graph.Node.Add(Node("Loop", ["whole_steps", "", input], [output], new AttributeProto
        {
            Name = "body", G = body, Type = AttributeProto.Types.AttributeType.Graph,
        }));
        graph.Input.Add(Value(Steps, TensorProto.Types.DataType.Float, 1));
        return OnnxFormat.Bytes(file);

        string Inside(string name) => name == input || name == output ? $"{name}_inside" : name;

        ValueInfoProto Inner(ValueInfoProto value)
        {
            var inner = value.Clone();
            inner.Name = Inside(value.Name);
            return inner;
        }
    }

    // Graphs within nodes read values of the graph around them, by the same names.
    private static void Rename(GraphProto graph, Func<string, string> name)
    {
        foreach (var node in graph.Node)
        {
            Rename(node.Input, name);
            Rename(node.Output, name);
            foreach (var inner in node.Attribute.SelectMany(a => a.Graphs.Append(a.G)).OfType<GraphProto>())
            {
                Rename(inner, name);
            }
        }
    }

    private static void Rename(IList<string> names, Func<string, string> name)
    {
        for (var i = 0; i < names.Count; i++)
        {
            names[i] = name(names[i]);
        }
    }

    private static NodeProto Node(string type, string[] inputs, string[] outputs, params AttributeProto[] attributes) =>
        new() { OpType = type, Name = outputs[0], Input = { inputs }, Output = { outputs }, Attribute = { attributes } };

    private static ValueInfoProto Value(string name, TensorProto.Types.DataType type, params long[] axes)
    {
        var shape = new TensorShapeProto { Dim = { axes.Select(axis => new TensorShapeProto.Types.Dimension { DimValue = axis }) } };
        return new() { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = shape } } };
    }
}
