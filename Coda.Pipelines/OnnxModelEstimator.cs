using Coda.Pipelines.Rows;
using Microsoft.ML;

namespace Coda.Pipelines;

/// <summary>An estimator that has nothing to learn: its model is trained already. Made by <see cref="CodaCatalog.Assimilate"/> and
/// <see cref="CodaCatalog.Forecast"/>.</summary>
/// <remarks>Immutable; safe to share.</remarks>
public sealed class OnnxModelEstimator : IEstimator<OnnxModelTransformer>
{
    private readonly OnnxModelTransformer _transformer;

    /// <summary>Makes the estimator.</summary>
    /// <param name="transformer">What it gives.</param>
    internal OnnxModelEstimator(OnnxModelTransformer transformer) => _transformer = transformer;

    /// <summary>Checks the schema; no row is read.</summary>
    /// <param name="input">The data.</param>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or has another type or length; the message names column, expected and
    /// got.</exception>
    public OnnxModelTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _ = _transformer.GetOutputSchema(input.Schema);
        return _transformer;
    }

    /// <summary>The shape of the output, for the estimators that follow.</summary>
    /// <param name="inputSchema">The shape of the input.</param>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing, or no vector of Single with a known length.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var (name, type) = (_transformer.InputColumnName, _transformer.Transformation.Function.Input);
        var column = inputSchema.FirstOrDefault(c => c.Name == name);
        if (column.Name is null || column.Kind != SchemaShape.Column.VectorKind.Vector || column.ItemType != type.ItemType || column.IsKey)
        {
            throw ColumnCheck.Mismatch(name, type, column.Name is null
                ? $"none; there are {string.Join(", ", inputSchema.Select(c => c.Name))}" : $"{column.Kind} of {column.ItemType}");
        }

        // A column's shape has no public constructor; a copy of a vector of Single has the shape that is wanted.
        return new MLContext().Transforms.CopyColumns(_transformer.OutputColumnName, name).GetOutputSchema(inputSchema);
    }
}
