namespace Coda.Inference.Sessions.Graphs;

/// <summary>An ONNX file of a model on a ring of K sites, rewritten for rings of any size.</summary>
/// <remarks>
/// <see cref="RingFlow"/> follows the ring through the nodes; here the declared axes get a name in place of their length. The file itself stays as it is, for runtimes that want fixed axes.
/// </remarks>
internal sealed class RingGraph
{
    // Field numbers of onnx.proto.
    private const int ModelGraph = 7;
    private const int GraphNode = 1;
    private const int GraphInitializer = 5;
    private const int GraphInput = 11;
    private const int GraphOutput = 12;
    private const int ValueName = 1;
    private const int ValueType = 2;
    private const int TypeTensor = 1;
    private const int TensorShape = 2;
    private const int ShapeAxis = 1;
    private const int AxisLength = 1;
    private const int AxisName = 2;

    private RingGraph(byte[] model, RingFlow flow) => (Model, Reach, Period, LeastSites) = (model, flow.Reach, flow.Period, flow.LeastSites);

    /// <summary>The file's bytes, with a last axis <c>space</c> of any length.</summary>
    public byte[] Model { get; }

    /// <summary>The most sites, on either side, that an entry of an output comes from.</summary>
    public int Reach { get; }

    /// <summary>What the number of sites must be a multiple of; a turn of the ring by so many sites turns the outputs.</summary>
    public int Period { get; }

    /// <summary>The smallest ring that the graph can be run on.</summary>
    public int LeastSites { get; }

    /// <summary>Rewrites a file.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="sites">The ring's size in the file: the length of the last axis of every input and output.</param>
    /// <exception cref="NotSupportedException">The graph is not the same everywhere on the ring, or has an operator that Coda does not write; the message names the node.</exception>
    public static RingGraph Of(ReadOnlyMemory<byte> file, int sites)
    {
        var model = WireMessage.Parse(file);
        RingFlow? flow = null;
        model.Change(ModelGraph, graph =>
        {
            var constants = new GraphConstants(graph.Messages(GraphInitializer));
            flow = new RingFlow(constants, sites);
            graph.Change(GraphInput, input => Named(input, sites, flow.Enter));
            graph.Change(GraphNode, node =>
            {
                flow.Pass(new GraphNode(node));
                return node;
            });
            graph.Change(GraphOutput, output => Named(output, sites, flow.Leave));
            foreach (var constant in constants.Added)
            {
                graph.Add(GraphInitializer, constant.ToArray());
            }

            return graph;
        });
        return new RingGraph(model.ToArray(), flow ?? throw new NotSupportedException("expected an ONNX file with a graph, got none"));
    }

    // Gives the last axis a name, once its value is known to go round the ring.
    private static WireMessage Named(WireMessage value, int sites, Action<string> check)
    {
        value.Change(ValueType, type =>
        {
            type.Change(TypeTensor, tensor =>
            {
                tensor.Change(TensorShape, shape =>
                {
                    var axes = shape.Messages(ShapeAxis);
                    if (axes.Length == 0 || axes[^1].Numbers(AxisLength) is not [var length] || length != sites)
                    {
                        throw new NotSupportedException($"'{value.Text(ValueName)}': expected a last axis of {sites} sites, got another");
                    }

                    shape.Remove(ShapeAxis);
                    foreach (var axis in axes[..^1])
                    {
                        shape.Add(ShapeAxis, axis.ToArray());
                    }

                    return shape.Add(ShapeAxis, new WireMessage().Add(AxisName, "space").ToArray());
                });
                return tensor;
            });
            return type;
        });
        check(value.Text(ValueName));
        return value;
    }
}
