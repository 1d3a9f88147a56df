namespace Coda.Inference.Sessions.Graphs;

/// <summary>The field numbers of onnx.proto that are used here.</summary>
internal static class Onnx
{
    /// <summary>The graph of a model.</summary>
    public const int ModelGraph = 7;

    /// <summary>The nodes of a graph.</summary>
    public const int GraphNodes = 1;

    /// <summary>The name of a graph.</summary>
    public const int GraphName = 2;

    /// <summary>The constants of a graph.</summary>
    public const int GraphConstants = 5;

    /// <summary>The inputs of a graph.</summary>
    public const int GraphInputs = 11;

    /// <summary>The outputs of a graph.</summary>
    public const int GraphOutputs = 12;

    /// <summary>The name of an input or output.</summary>
    public const int ValueName = 1;

    /// <summary>The type of an input or output.</summary>
    public const int ValueType = 2;

    /// <summary>The tensor of a type.</summary>
    public const int TypeTensor = 1;

    /// <summary>The number of a tensor's element type.</summary>
    public const int TensorElement = 1;

    /// <summary>The shape of a tensor.</summary>
    public const int TensorShape = 2;

    /// <summary>The axes of a shape.</summary>
    public const int ShapeAxes = 1;

    /// <summary>The length of an axis.</summary>
    public const int AxisLength = 1;

    /// <summary>The name of an axis of any length.</summary>
    public const int AxisName = 2;

    /// <summary>The inputs of a node.</summary>
    public const int NodeInputs = 1;

    /// <summary>The outputs of a node.</summary>
    public const int NodeOutputs = 2;

    /// <summary>The name of a node.</summary>
    public const int NodeName = 3;

    /// <summary>The operator of a node.</summary>
    public const int NodeOperator = 4;

    /// <summary>The attributes of a node.</summary>
    public const int NodeAttributes = 5;

    /// <summary>The name of an attribute.</summary>
    public const int AttributeName = 1;

    /// <summary>The value of an attribute that is a whole number.</summary>
    public const int AttributeInteger = 3;

    /// <summary>The value of an attribute that is a graph.</summary>
    public const int AttributeGraph = 6;

    /// <summary>The values of an attribute that is a list of whole numbers.</summary>
    public const int AttributeIntegers = 8;

    /// <summary>The type of an attribute.</summary>
    public const int AttributeType = 20;
}
