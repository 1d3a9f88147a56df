namespace Coda.Inference.Sessions.Graphs;

/// <summary>A node of an ONNX graph.</summary>
/// <param name="message">The node as it is in the file.</param>
internal sealed class GraphNode(WireMessage message)
{
    private readonly Dictionary<string, WireMessage> _attributes = message.Messages(Onnx.NodeAttributes).ToDictionary(a => a.Text(Onnx.AttributeName));

    /// <summary>The operator.</summary>
    public string Operator { get; } = message.Text(Onnx.NodeOperator);

    /// <summary>The names of the inputs.</summary>
    public string[] Inputs { get; } = message.Texts(Onnx.NodeInputs);

    /// <summary>The names of the outputs.</summary>
    public string[] Outputs { get; } = message.Texts(Onnx.NodeOutputs);

    /// <summary>The names of the attributes.</summary>
    public IReadOnlyCollection<string> Attributes => _attributes.Keys;

    /// <summary>A whole number among the attributes; 0 where there is none.</summary>
    /// <param name="name">The attribute's name.</param>
    public long Number(string name) => _attributes.TryGetValue(name, out var attribute) ? attribute.Numbers(Onnx.AttributeInteger).LastOrDefault() : 0;

    /// <summary>A list of whole numbers among the attributes; empty where there is none.</summary>
    /// <param name="name">The attribute's name.</param>
    public long[] Numbers(string name) => _attributes.TryGetValue(name, out var attribute) ? attribute.Numbers(Onnx.AttributeIntegers) : [];

    /// <summary>Takes another value in.</summary>
    /// <param name="index">Which of the inputs.</param>
    /// <param name="name">The value's name.</param>
    public void Read(int index, string name) => message.Change(Onnx.NodeInputs, index, name);
}
