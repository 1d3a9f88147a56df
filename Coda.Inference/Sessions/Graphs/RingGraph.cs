using Coda.Data.Graphs;

namespace Coda.Inference.Sessions.Graphs;

/// <summary>An ONNX file of a model on a ring of K sites, rewritten for rings of any size.</summary>
/// <remarks>
/// <see cref="RingFlow"/> follows the ring through the nodes; here the declared axes get a name in place of their length. The file itself stays as it is, for
/// runtimes that want fixed axes.
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
    /// <param name="file">The file as read; it is changed, so that constants need no second copy.</param>
    /// <param name="sites">The ring's size in the file: the length of the last axis of every input and output.</param>
    /// <exception cref="NotSupportedException"> The graph is not the same everywhere on the ring, or has an operator that Coda does not write, or a tensor lies
    /// in another file; the message names it.
    /// </exception>
    /// <exception cref="InvalidDataException">A constant's entries do not fill its axes.</exception>
    public static RingGraph Of(ModelProto file, int sites)
    {
        if (ExternalData.FirstTensor(file) is { } tensor)
        {
            throw new NotSupportedException($"'{tensor}' lies outside the file (external data)");
        }

        try
        {
            return Follow(file, sites);
        }
        catch (OverflowException fault)
        {
            throw new NotSupportedException("a node reaches further than a ring can go", fault);
        }
    }

    private static RingGraph Follow(ModelProto file, int sites)
    {
        var graph = file.Graph;
        var constants = new GraphConstants(graph.Initializer);
        var flow = new RingFlow(constants, sites);
        foreach (var input in graph.Input)
        {
            Free(input, sites);
            flow.Enter(input.Name);
        }

        foreach (var node in graph.Node)
        {
            flow.Pass(new GraphNode(node));
        }

        foreach (var output in graph.Output)
        {
            Free(output, sites);
            flow.Leave(output.Name);
        }

        graph.Initializer.Add(constants.Added);
        graph.ValueInfo.Clear(); // shapes between the nodes, for rings of the file's own size
        return new RingGraph(OnnxFormat.Bytes(file), flow);
    }

    // Gives the last axis a name in place of its length.
    private static void Free(ValueInfoProto value, int sites)
    {
        if (value.Type?.TensorType?.Shape?.Dim is not [.., { HasDimValue: true } last] || last.DimValue != sites)
        {
            throw new NotSupportedException($"'{value.Name}': expected a last axis of {sites} sites, got another");
        }

        last.DimParam = "space";
    }
}
