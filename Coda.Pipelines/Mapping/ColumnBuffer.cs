using Microsoft.ML;

namespace Coda.Pipelines.Mapping;

/// <summary>A column's entries in the rows of one batch.</summary>
internal abstract class ColumnBuffer
{
    /// <summary>Keeps the entry of the input's current row.</summary>
    /// <param name="slot">The row's place in the batch.</param>
    public abstract void Keep(int slot);

    /// <summary>A getter of the entry at a place.</summary>
    /// <param name="slot">The place, asked for at every call.</param>
    public abstract Delegate Getter(Func<int> slot);

    /// <summary>Makes the buffer that a column's type asks for.</summary>
    /// <param name="row">The input's cursor.</param>
    /// <param name="column">The column.</param>
    /// <param name="capacity">The rows of a batch.</param>
    public static ColumnBuffer For(DataViewRow row, DataViewSchema.Column column, int capacity)
    {
        var raw = column.Type.RawType;
        var isVector = raw.IsGenericType && raw.GetGenericTypeDefinition() == typeof(Microsoft.ML.Data.VBuffer<>);
        var type = isVector ? typeof(VectorBuffer<>).MakeGenericType(raw.GetGenericArguments()[0]) : typeof(ValueBuffer<>).MakeGenericType(raw);
        return (ColumnBuffer)Activator.CreateInstance(type, row, column, capacity)!;
    }
}
