namespace Coda.Inference.Sessions.Graphs;

/// <summary>An ONNX file of one step, rewritten to take several steps in one run.</summary>
internal static class StepGraph
{
    /// <summary>The input of <see cref="Loop"/> that says how many steps: one whole number.</summary>
    public const string Steps = "steps";

    private const int Graph = 5; // the type of an attribute that is a graph
    private const int Integer = 7;
    private const int Boolean = 9;

    /// <summary>Writes the step's nodes several times, one after another.</summary>
    /// <param name="file">The file's bytes: one input and one output, of one shape.</param>
    /// <param name="steps">How many times, at least 1.</param>
    /// <returns>A file with the same input and output.</returns>
    public static byte[] Block(ReadOnlyMemory<byte> file, int steps)
    {
        var model = WireMessage.Parse(file);
        model.Change(Onnx.ModelGraph, graph =>
        {
            var (input, output, nodes) = (graph.Messages(Onnx.GraphInputs)[0].Text(Onnx.ValueName), graph.Messages(Onnx.GraphOutputs)[0].Text(Onnx.ValueName), graph.Messages(Onnx.GraphNodes));
            var computed = nodes.SelectMany(n => n.Texts(Onnx.NodeOutputs)).ToHashSet();
            graph.Remove(Onnx.GraphNodes);
            for (var step = 0; step < steps; step++)
            {
                foreach (var node in nodes)
                {
                    graph.Add(Onnx.GraphNodes, Renamed(node, name => Name(name, step), $"_step_{step}").ToArray());
                }
            }

            return graph;

            string Name(string name, int step) =>
                name == input ? (step == 0 ? input : Name(output, step - 1))
                : !computed.Contains(name) || (name == output && step == steps - 1) ? name
                : $"{name}_step_{step}";
        });
        return model.ToArray();
    }

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
                body.Add(Onnx.GraphNodes, Renamed(node, Inside, "").ToArray());
            }

            body.Add(Onnx.GraphNodes, Node("Identity", ["go_on"], ["still_go_on"]).ToArray())
                .Add(Onnx.GraphName, "step")
                .Add(Onnx.GraphInputs, Value("step_number", Integer).ToArray())
                .Add(Onnx.GraphInputs, Value("go_on", Boolean).ToArray())
                .Add(Onnx.GraphInputs, Within(input).ToArray())
                .Add(Onnx.GraphOutputs, Value("still_go_on", Boolean).ToArray())
                .Add(Onnx.GraphOutputs, Within(output).ToArray());
            graph.Remove(Onnx.GraphNodes);
            graph.Add(Onnx.GraphNodes, Node("Loop", [Steps, "", inputName], [outputName])
                .Add(Onnx.NodeAttributes, new WireMessage().Add(1, "body").Add(6, body.ToArray()).Add(20, Graph).ToArray()).ToArray());
            return graph.Add(Onnx.GraphInputs, Value(Steps, Integer).ToArray());

            string Inside(string name) => name == inputName || name == outputName ? $"{name}_inside" : name;

            WireMessage Within(WireMessage value)
            {
                value.Change(Onnx.ValueName, 0, Inside(value.Text(Onnx.ValueName)));
                return value;
            }
        });
        return model.ToArray();
    }

    private static WireMessage Renamed(WireMessage node, Func<string, string> name, string suffix)
    {
        var copy = WireMessage.Parse(node.ToArray());
        copy.Remove(Onnx.NodeName);
        copy.Add(Onnx.NodeName, $"{node.Text(Onnx.NodeName)}{suffix}");
        foreach (var field in new[] { Onnx.NodeInputs, Onnx.NodeOutputs })
        {
            foreach (var (index, text) in copy.Texts(field).Index())
            {
                copy.Change(field, index, name(text));
            }
        }

        return copy;
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

    // One number.
    private static WireMessage Value(string name, int type) => new WireMessage().Add(Onnx.ValueName, name).Add(
        Onnx.ValueType,
        new WireMessage().Add(Onnx.TypeTensor, new WireMessage().Add(Onnx.TensorElement, type).Add(Onnx.TensorShape, ReadOnlyMemory<byte>.Empty).ToArray()).ToArray());
}
