using Coda.Data.Graphs;

namespace Coda.Benchmarks.Inference;

/// <summary>An ONNX file of one step with its nodes written several times, one after another: the way that a loop is measured against.</summary>
internal static class StepBlocks
{
    /// <summary>Writes the step's nodes several times, one after another.</summary>
    /// <param name="file">The file as read, with one input and one output of one shape; it is changed.</param>
    /// <param name="steps">How many times, at least 1.</param>
    /// <returns>The bytes of a file with the same input and output.</returns>
    public static byte[] Of(ModelProto file, int steps)
    {
        var graph = file.Graph;
        var (input, output, nodes) = (graph.Input[0].Name, graph.Output[0].Name, graph.Node.ToArray());
        var computed = nodes.SelectMany(n => n.Output).ToHashSet();
        graph.Node.Clear();
        for (var step = 0; step < steps; step++)
        {
            graph.Node.Add(nodes.Select(node => Renamed(node, name => Name(name, step), $"_step_{step}")));
        }

        return OnnxFormat.Bytes(file);

        string Name(string name, int step) =>
            name == input ? (step == 0 ? input : Name(output, step - 1))
            : !computed.Contains(name) || (name == output && step == steps - 1) ? name
            : $"{name}_step_{step}";
    }

    private static NodeProto Renamed(NodeProto node, Func<string, string> name, string suffix)
    {
        var copy = node.Clone();
        copy.Name = $"{node.Name}{suffix}";
        copy.Input.Clear();
        copy.Input.Add(node.Input.Select(name));
        copy.Output.Clear();
        copy.Output.Add(node.Output.Select(name));
        return copy;
    }
}
