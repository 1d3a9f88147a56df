using Microsoft.ML;

namespace Coda.Pipelines.Rows;

/// <summary>All that a column tells beside its values.</summary>
internal static class VectorAnnotations
{
    /// <summary>Joins annotations of different kinds.</summary>
    /// <param name="parts">The annotations; those that are not there are passed over.</param>
    /// <returns>All of them; nothing where none is there.</returns>
    public static DataViewSchema.Annotations? Of(params ReadOnlySpan<DataViewSchema.Annotations?> parts)
    {
        var (builder, isAny) = (new DataViewSchema.Annotations.Builder(), false);
        foreach (var part in parts)
        {
            if (part is not null)
            {
                builder.Add(part, _ => true);
                isAny = true;
            }
        }

        return isAny ? builder.ToAnnotations() : null;
    }
}
