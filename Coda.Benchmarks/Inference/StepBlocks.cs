using Coda.Inference.Sessions.Graphs;

namespace Coda.Benchmarks.Inference;

/// <summary>An ONNX file of one step with its nodes written several times, one after another: the way that a loop is measured against.</summary>
internal static class StepBlocks
{
    /// <summary>Writes the step's nodes several times, one after another.</summary>
    /// <param name="file">The file's bytes: one input and one output, of one shape.</param>
    /// <param name="steps">How many times, at least 1.</param>
    /// <returns>A file with the same input and output.</returns>
    public static byte[] Of(ReadOnlyMemory<byte> file, int steps)
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

    private static WireMessage Renamed(WireMessage node, Func<string, string> name, string suffix)
    {
        var copy = WireMessage.Parse(node.ToArray());
        copy.Change(Onnx.NodeName, 0, $"{node.Text(Onnx.NodeName)}{suffix}");
        foreach (var field in new[] { Onnx.NodeInputs, Onnx.NodeOutputs })
        {
            foreach (var (index, text) in copy.Texts(field).Index())
            {
                copy.Change(field, index, name(text));
            }
        }

        return copy;
    }
}
