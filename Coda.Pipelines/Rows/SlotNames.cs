using Microsoft.ML;
using Microsoft.ML.Data;

namespace Coda.Pipelines.Rows;

/// <summary>The names of a vector's entries, as ML.NET keeps them beside a column.</summary>
internal static class SlotNames
{
    private const string Kind = "SlotNames"; // where ML.NET looks for them

    /// <summary>Names the entries of a column; they are made when somebody asks.</summary>
    /// <param name="size">The number of entries.</param>
    /// <param name="names">Makes a name for each.</param>
    public static DataViewSchema.Annotations Of(int size, Func<IReadOnlyList<string>> names)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        var made = new Lazy<ReadOnlyMemory<char>[]>(() => [.. names().Select(name => name.AsMemory())]);
        ValueGetter<VBuffer<ReadOnlyMemory<char>>> getter = (ref value) => value = new VBuffer<ReadOnlyMemory<char>>(size, [.. made.Value]);
        builder.Add(Kind, new VectorDataViewType(TextDataViewType.Instance, size), getter);
        return builder.ToAnnotations();
    }
}
