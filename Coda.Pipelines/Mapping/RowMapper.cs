using Coda.Pipelines.Functions;
using Coda.Pipelines.Rows;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Coda.Pipelines.Mapping;

/// <summary>A transformation bound to the schema of its input.</summary>
internal sealed class RowMapper : IRowToRowMapper
{
    private readonly DataViewSchema.Column _input;

    /// <summary>Checks the input column and adds the output column, after the columns that are there.</summary>
    /// <param name="transformation">What to compute, of which column.</param>
    /// <param name="inputSchema">The schema.</param>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or has another type or length.</exception>
    public RowMapper(RowTransformation transformation, DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        (Transformation, InputSchema) = (transformation, inputSchema);
        _input = ColumnCheck.Vector(inputSchema, transformation.InputColumnName, transformation.Function.Input);
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(inputSchema);
        var function = transformation.Function;
        builder.AddColumn(transformation.OutputColumnName, function.Output,
            VectorAnnotations.Of(SlotNames.Of(function.Output.Size, function.OutputNames), LookAheadAnnotation.Of(LookAheadAnnotation.Read(_input))));
        OutputSchema = builder.ToSchema();
    }

    /// <summary>The transformation.</summary>
    public RowTransformation Transformation { get; }

    /// <inheritdoc/>
    public DataViewSchema InputSchema { get; }

    /// <inheritdoc/>
    public DataViewSchema OutputSchema { get; }

    /// <summary>The index of the column added; those before it are the input's.</summary>
    public int OutputIndex => InputSchema.Count;

    /// <inheritdoc/>
    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        [.. dependingColumns.Select(c => ColumnCheck.Own(OutputSchema, c)).Select(c => c.Index == OutputIndex ? _input : InputSchema[c.Index])
            .DistinctBy(c => c.Index)];

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The row is of another schema.</exception>
    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        if (input.Schema != InputSchema)
        {
            throw new ArgumentException("Expected a row of the mapper's own input schema, got one of another.", nameof(input));
        }

        var isActive = IsActive(activeColumns);
        return new MappedRow(this, input, isActive, isActive[OutputIndex] ? new InputReader(this, input) : null);
    }

    /// <summary>For each column of the output whether it is wanted.</summary>
    /// <param name="columns">Those that are.</param>
    public bool[] IsActive(IEnumerable<DataViewSchema.Column> columns)
    {
        var isActive = new bool[OutputSchema.Count];
        foreach (var column in columns)
        {
            isActive[ColumnCheck.Own(OutputSchema, column).Index] = true;
        }

        return isActive;
    }

    /// <summary>The getter of the vectors that the function reads.</summary>
    /// <param name="row">A row of the input.</param>
    public ValueGetter<VBuffer<float>> InputGetter(DataViewRow row) => row.GetGetter<VBuffer<float>>(_input);
}
