using Microsoft.ML;
using Microsoft.ML.Data;

namespace Coda.Pipelines.Rows;

/// <summary>The columns that rows of every archive begin with.</summary>
internal static class RowSchema
{
    /// <summary>The index of the trajectory's number.</summary>
    public const int Trajectory = 0;

    /// <summary>The index of the step.</summary>
    public const int Step = 1;

    /// <summary>The index of the time.</summary>
    public const int Time = 2;

    /// <summary>The index of the first vector.</summary>
    public const int FirstVector = 3;

    /// <summary>Makes a schema.</summary>
    /// <param name="lookAhead">The steps past its own that a row has seen, for the vectors to tell; nothing where that is not known.</param>
    /// <param name="vectors">The columns of vectors of Single, with their shapes and, where they have some, what makes the names of their entries.</param>
    public static DataViewSchema With(long? lookAhead, params IEnumerable<(string Name, int[] Shape, Func<IReadOnlyList<string>>? Names)> vectors)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("Trajectory", NumberDataViewType.Int32);
        builder.AddColumn("Step", NumberDataViewType.Int64);
        builder.AddColumn("Time", NumberDataViewType.Double);
        foreach (var (name, shape, names) in vectors)
        {
            var type = new VectorDataViewType(NumberDataViewType.Single, shape);
            builder.AddColumn(name, type, VectorAnnotations.Of(names is null ? null : SlotNames.Of(type.Size, names), LookAheadAnnotation.Of(lookAhead)));
        }

        return builder.ToSchema();
    }
}
