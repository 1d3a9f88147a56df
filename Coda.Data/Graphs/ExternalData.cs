namespace Coda.Data.Graphs;

/// <summary>Finds tensors whose entries lie in another file, which a copy of the file in another place would lose.</summary>
internal static class ExternalData
{
    /// <summary>The name of the first such tensor; <see langword="null"/> where the file holds all of them.</summary>
    /// <param name="model">The file.</param>
    public static string? FirstTensor(ModelProto model) =>
        Tensors(model.Graph)
            .Concat(model.Functions.SelectMany(Tensors))
            .Concat(model.TrainingInfo.SelectMany(training => Tensors(training.Initialization).Concat(Tensors(training.Algorithm))))
            .FirstOrDefault(tensor => tensor.DataLocation == TensorProto.Types.DataLocation.External)?.Name;

    private static IEnumerable<TensorProto> Tensors(FunctionProto function) =>
        function.AttributeProto.Concat(function.Node.SelectMany(node => node.Attribute)).SelectMany(Tensors);

    private static IEnumerable<TensorProto> Tensors(GraphProto? graph) => graph is null
        ? []
        : graph.Initializer
            .Concat(graph.SparseInitializer.SelectMany(Tensors))
            .Concat(graph.Node.SelectMany(node => node.Attribute).SelectMany(Tensors));

    private static IEnumerable<TensorProto> Tensors(AttributeProto attribute) =>
        attribute.Tensors
            .Concat(attribute.T is { } tensor ? [tensor] : [])
            .Concat(attribute.SparseTensors.Concat(attribute.SparseTensor is { } sparse ? [sparse] : []).SelectMany(Tensors))
            .Concat(attribute.Graphs.Append(attribute.G).SelectMany(Tensors));

    private static IEnumerable<TensorProto> Tensors(SparseTensorProto tensor) => new[] { tensor.Values, tensor.Indices }.OfType<TensorProto>();
}
