using Coda.Data.Graphs;
using Microsoft.ML.OnnxRuntime;

namespace Coda.Inference.Sessions.Graphs;

/// <summary>A tensor that a graph takes or gives.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsFloat">Whether its entries are of four bytes with a floating point.</param>
/// <param name="Axes">Their lengths; less than 0 for those that are free. <see langword="null"/> where the file does not say.</param>
internal sealed record GraphTensor(string Name, bool IsFloat, IReadOnlyList<long>? Axes)
{
    /// <summary>Tensors as ONNX Runtime sees them.</summary>
    /// <param name="tensors">The tensors.</param>
    public static IReadOnlyList<GraphTensor> Of(IReadOnlyDictionary<string, NodeMetadata> tensors) =>
        [.. tensors.Select(t => new GraphTensor(
            t.Key, t.Value.IsTensor && t.Value.ElementType == typeof(float), t.Value.IsTensor ? [.. t.Value.Dimensions.Select(d => (long)d)] : null))];

    /// <summary>Tensors as the file has them.</summary>
    /// <param name="tensors">The tensors.</param>
    public static IReadOnlyList<GraphTensor> Of(IEnumerable<ValueInfoProto> tensors) =>
    [
        .. tensors.Select(t => new GraphTensor(
            t.Name,
            t.Type?.TensorType?.ElemType == (int)TensorProto.Types.DataType.Float,
            t.Type?.TensorType?.Shape?.Dim.Select(d => d.HasDimValue ? d.DimValue : -1).ToArray())),
    ];

    /// <summary>Whether it can have certain axes.</summary>
    /// <param name="axes">Their lengths; <see langword="null"/> for those that are free.</param>
    public bool CanHave(IReadOnlyList<long?> axes) => Axes is null
        || (Axes.Count == axes.Count && Axes.Zip(axes).All(a => a.First < 0 || a.Second is null || a.First == a.Second));

    /// <summary>Writes name and axes, as in <c>state [batch, 40]</c>.</summary>
    public override string ToString() =>
        $"{Data.Foundation.ForeignText.Shorten(Name)} "
            + $"[{(Axes is null ? "?" : string.Join(", ", Axes.Select(a => a < 0 ? "any" : $"{a}")))}]{(IsFloat ? "" : " of another type than FLOAT")}";
}
