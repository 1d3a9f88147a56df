namespace Coda.Inference.Sessions.Graphs;

/// <summary>An ONNX file of one step, rewritten to take several steps in one run.</summary>
/// <remarks>A loop costs no more than runs of one step; as many copies of the nodes are slower from 16 steps on, for their memory is planned apart.</remarks>
internal static class StepGraph
{
    /// <summary>The input of <see cref="Loop"/> that says how many steps: a whole number, as a float like all inputs. [1]</summary>
    public const string Steps = "steps";

    private const int IntegerAttribute = 2;
    private const int GraphAttribute = 5;
    private const int Float = 1;
    private const int Integer = 7;
    private const int Boolean = 9;

    /// <summary>Puts the step's nodes into a loop.</summary>
    /// <param name="file">The file's bytes: one input and one output, of one shape.</param>
    /// <returns>A file with the same input and output, and one more input, <see cref="Steps"/>.</returns>
    public static byte[] Loop(ReadOnlyMemory<byte> file)
    {
        var model = WireMessage.Parse(file);
        model.Change(Onnx.ModelGraph, graph =>
        {
            var (input, output) = (graph.Messages(Onnx.GraphInputs)[0], graph.Messages(Onnx.GraphOutputs)[0]);
            var (inputName, outputName) = (input.Text(Onnx.ValueName), output.Text(Onnx.ValueName));
            var body = new WireMessage();
            foreach (var node in graph.Messages(Onnx.GraphNodes))
            {
                body.Add(Onnx.GraphNodes, Renamed(node, Inside).ToArray());
            }

            body.Add(Onnx.GraphNodes, Node("Identity", ["go_on"], ["still_go_on"]).ToArray())
                .Add(Onnx.GraphName, "step")
                .Add(Onnx.GraphInputs, Value("step_number", Integer).ToArray())
                .Add(Onnx.GraphInputs, Value("go_on", Boolean).ToArray())
                .Add(Onnx.GraphInputs, Within(input).ToArray())
                .Add(Onnx.GraphOutputs, Value("still_go_on", Boolean).ToArray())
                .Add(Onnx.GraphOutputs, Within(output).ToArray());
            graph.Remove(Onnx.GraphNodes);
            graph.Add(Onnx.GraphNodes, Node("Cast", [Steps], ["whole_steps"])
                .Add(Onnx.NodeAttributes, new WireMessage().Add(Onnx.AttributeName, "to").Add(Onnx.AttributeInteger, Integer).Add(Onnx.AttributeType, IntegerAttribute).ToArray()).ToArray());
            graph.Add(Onnx.GraphNodes, Node("Loop", ["whole_steps", "", inputName], [outputName])
                .Add(Onnx.NodeAttributes, new WireMessage().Add(Onnx.AttributeName, "body").Add(Onnx.AttributeGraph, body.ToArray()).Add(Onnx.AttributeType, GraphAttribute).ToArray()).ToArray());
            return graph.Add(Onnx.GraphInputs, Value(Steps, Float, new WireMessage().Add(Onnx.ShapeAxes, new WireMessage().Add(Onnx.AxisLength, 1).ToArray())).ToArray());

            string Inside(string name) => name == inputName || name == outputName ? $"{name}_inside" : name;

            WireMessage Within(WireMessage value)
            {
                value.Change(Onnx.ValueName, 0, Inside(value.Text(Onnx.ValueName)));
                return value;
            }
        });
        return model.ToArray();
    }

    private static WireMessage Renamed(WireMessage node, Func<string, string> name)
    {
        foreach (var field in new[] { Onnx.NodeInputs, Onnx.NodeOutputs })
        {
            foreach (var (index, text) in node.Texts(field).Index())
            {
                node.Change(field, index, name(text));
            }
        }

        return node;
    }

    private static WireMessage Node(string type, string[] inputs, string[] outputs)
    {
        var node = new WireMessage();
        foreach (var input in inputs)
        {
            node.Add(Onnx.NodeInputs, input);
        }

        foreach (var output in outputs)
        {
            node.Add(Onnx.NodeOutputs, output);
        }

        return node.Add(Onnx.NodeName, outputs[0]).Add(Onnx.NodeOperator, type);
    }

    private static WireMessage Value(string name, int type, WireMessage? shape = null) => new WireMessage().Add(Onnx.ValueName, name).Add(
        Onnx.ValueType,
        new WireMessage().Add(Onnx.TypeTensor, new WireMessage().Add(Onnx.TensorElement, type).Add(Onnx.TensorShape, shape?.ToArray() ?? []).ToArray()).ToArray());
}
