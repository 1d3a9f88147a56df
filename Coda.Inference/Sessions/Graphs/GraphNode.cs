using Coda.Data.Graphs;

namespace Coda.Inference.Sessions.Graphs;

/// <summary>A node of an ONNX graph, with its attributes by name.</summary>
/// <param name="node">The node as it is in the file.</param>
internal sealed class GraphNode(NodeProto node)
{
    /// <summary>The operator.</summary>
    public string Operator => node.OpType;

    /// <summary>Whether the operator is ONNX's own; a file can define others under any name.</summary>
    public bool IsOfOnnx => node.Domain is "" or "ai.onnx";

    /// <summary>Whether the node holds graphs, which can read values of the graph around them that are no inputs of the node.</summary>
    public bool HasGraphs => node.Attribute.Any(a => a.G is not null || a.Graphs.Count > 0);

    /// <summary>The names of the inputs.</summary>
    public IReadOnlyList<string> Inputs => node.Input;

    /// <summary>The names of the outputs.</summary>
    public IReadOnlyList<string> Outputs => node.Output;

    /// <summary>The names of the attributes.</summary>
    public IReadOnlyCollection<string> Attributes { get; } = [.. node.Attribute.Select(a => a.Name)];

    /// <summary>A whole number among the attributes; 0 where there is none.</summary>
    /// <param name="name">The attribute's name.</param>
    public long Number(string name) => Attribute(name)?.I ?? 0;

    /// <summary>A list of whole numbers among the attributes; empty where there is none.</summary>
    /// <param name="name">The attribute's name.</param>
    public long[] Numbers(string name) => Attribute(name)?.Ints.ToArray() ?? [];

    /// <summary>Takes another value in.</summary>
    /// <param name="index">Which of the inputs.</param>
    /// <param name="name">The value's name.</param>
    public void Read(int index, string name) => node.Input[index] = name;

    private AttributeProto? Attribute(string name) => node.Attribute.FirstOrDefault(a => a.Name == name);
}
