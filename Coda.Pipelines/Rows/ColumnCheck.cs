using Microsoft.ML;
using Microsoft.ML.Data;

namespace Coda.Pipelines.Rows;

/// <summary>Checks of columns, in ML.NET's words: the column, what was expected, what was got.</summary>
internal static class ColumnCheck
{
    /// <summary>Makes sure that a column is of a schema.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="column">The column.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is of another schema.</exception>
    public static DataViewSchema.Column Own(DataViewSchema schema, DataViewSchema.Column column) =>
        column.Index < schema.Count && schema[column.Index].Name == column.Name && schema[column.Index].Type.Equals(column.Type)
            ? column
            : throw new ArgumentOutOfRangeException(
                nameof(column), $"Column '{column.Name}': expected a column of this schema ({Names(schema)}), got one of another.");

    /// <summary>Makes sure that a cursor was asked for a column.</summary>
    /// <param name="row">The cursor.</param>
    /// <param name="column">The column.</param>
    /// <exception cref="ArgumentOutOfRangeException">It was not.</exception>
    public static void RequireActive(DataViewRow row, DataViewSchema.Column column)
    {
        if (!row.IsColumnActive(column))
        {
            throw new ArgumentOutOfRangeException(
                nameof(column), $"Column '{column.Name}': expected an active column, got one that the cursor was not asked for.");
        }
    }

    /// <summary>Makes sure that a getter gives what the caller wants.</summary>
    /// <param name="getter">The getter.</param>
    /// <param name="column">Its column.</param>
    /// <exception cref="InvalidOperationException">It gives another type.</exception>
    public static ValueGetter<TValue> As<TValue>(Delegate getter, DataViewSchema.Column column) => getter as ValueGetter<TValue>
        ?? throw new InvalidOperationException(
            $"Invalid TValue in GetGetter for column '{column.Name}': expected '{column.Type.RawType}', got '{typeof(TValue)}'.");

    /// <summary>Finds the column of vectors that a function reads.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="name">The column's name.</param>
    /// <param name="expected">Its type; a vector of as many entries without a shape will do.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is none, or it has another type or length.</exception>
    public static DataViewSchema.Column Vector(DataViewSchema schema, string name, VectorDataViewType expected)
    {
        if (schema.GetColumnOrNull(name) is not { } column)
        {
            throw Mismatch(name, expected, $"none; there are {Names(schema)}");
        }

        var isRight = column.Type is VectorDataViewType got && got.ItemType == expected.ItemType && got.Size == expected.Size
            && (got.Dimensions.Length == 1 || got.Dimensions.SequenceEqual(expected.Dimensions));
        return isRight ? column : throw Mismatch(name, expected, column.Type);
    }

    /// <summary>The fault that a column is not what a function reads.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="expected">The type that is expected.</param>
    /// <param name="got">What there is.</param>
    public static ArgumentOutOfRangeException Mismatch(string name, VectorDataViewType expected, object got) =>
        new("inputSchema", $"Schema mismatch for input column '{name}': expected {expected} ({expected.Size} entries), got {got}.");

    private static string Names(DataViewSchema schema) => string.Join(", ", schema.Where(c => !c.IsHidden).Select(c => c.Name));
}
