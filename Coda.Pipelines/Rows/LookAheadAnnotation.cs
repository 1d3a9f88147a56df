using Microsoft.ML;
using Microsoft.ML.Data;

namespace Coda.Pipelines.Rows;

/// <summary>What a column of observations, states or forecasts tells of the steps past its own that it has seen.</summary>
internal static class LookAheadAnnotation
{
    /// <summary>The annotations of a column.</summary>
    /// <param name="steps">The steps past its own; nothing where that is not known.</param>
    public static DataViewSchema.Annotations? Of(long? steps)
    {
        if (steps is not { } known)
        {
            return null;
        }

        var builder = new DataViewSchema.Annotations.Builder();
        builder.Add(ColumnNames.LookAhead, NumberDataViewType.Int64, (ref long value) => value = known);
        return builder.ToAnnotations();
    }

    /// <summary>What a column tells; nothing where it does not.</summary>
    /// <param name="column">The column.</param>
    public static long? Read(DataViewSchema.Column column)
    {
        if (column.Annotations.Schema.GetColumnOrNull(ColumnNames.LookAhead)?.Type != NumberDataViewType.Int64)
        {
            return null;
        }

        var steps = 0L;
        column.Annotations.GetValue(ColumnNames.LookAhead, ref steps);
        return steps;
    }
}
