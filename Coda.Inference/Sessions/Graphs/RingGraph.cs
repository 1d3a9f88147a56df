namespace Coda.Inference.Sessions.Graphs;

/// <summary>An ONNX file of a model on a ring of K sites, rewritten for rings of any size.</summary>
/// <remarks>
/// <see cref="RingFlow"/> follows the ring through the nodes; here the declared axes get a name in place of their length. The file itself stays as it is, for runtimes that want fixed axes.
/// </remarks>
internal sealed class RingGraph
{
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
        model.Change(Onnx.ModelGraph, graph =>
        {
            var constants = new GraphConstants(graph.Messages(Onnx.GraphConstants));
            flow = new RingFlow(constants, sites);
            graph.Change(Onnx.GraphInputs, input => Named(input, sites, flow.Enter));
            graph.Change(Onnx.GraphNodes, node =>
            {
                flow.Pass(new GraphNode(node));
                return node;
            });
            graph.Change(Onnx.GraphOutputs, output => Named(output, sites, flow.Leave));
            foreach (var constant in constants.Added)
            {
                graph.Add(Onnx.GraphConstants, constant.ToArray());
            }

            return graph;
        });
        return new RingGraph(model.ToArray(), flow ?? throw new NotSupportedException("expected an ONNX file with a graph, got none"));
    }

    // Gives the last axis a name, once its value is known to go round the ring.
    private static WireMessage Named(WireMessage value, int sites, Action<string> check)
    {
        value.Change(Onnx.ValueType, type =>
        {
            type.Change(Onnx.TypeTensor, tensor =>
            {
                tensor.Change(Onnx.TensorShape, shape =>
                {
                    var axes = shape.Messages(Onnx.ShapeAxes);
                    if (axes.Length == 0 || axes[^1].Numbers(Onnx.AxisLength) is not [var length] || length != sites)
                    {
                        throw new NotSupportedException($"'{value.Text(Onnx.ValueName)}': expected a last axis of {sites} sites, got another");
                    }

                    shape.Remove(Onnx.ShapeAxes);
                    foreach (var axis in axes[..^1])
                    {
                        shape.Add(Onnx.ShapeAxes, axis.ToArray());
                    }

                    return shape.Add(Onnx.ShapeAxes, new WireMessage().Add(Onnx.AxisName, "space").ToArray());
                });
                return tensor;
            });
            return type;
        });
        check(value.Text(Onnx.ValueName));
        return value;
    }
}
