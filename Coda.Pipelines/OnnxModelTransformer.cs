using Coda.Pipelines.Functions;
using Coda.Pipelines.Mapping;
using Coda.Pipelines.Rows;
using Coda.Pipelines.Saving;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Coda.Pipelines;

/// <summary>Runs a graph of a trained model over rows, through the model's one session. Made by <see cref="CodaCatalog.Assimilate"/> and
/// <see cref="CodaCatalog.Forecast"/>.</summary>
/// <remarks>
/// Views are transformed in batches of rows, one at a time where a <see cref="PredictionEngine{TSrc, TDst}"/> asks; cursors at once run at once. A saved
/// pipeline refers to the model's folder by its path and to the graph by its SHA-256; both are checked when the first row is computed. If the folder is gone,
/// the one of the same name in the folder that <c>CODA_MODELS</c> names is taken. Safe for use from several threads.
/// </remarks>
public sealed class OnnxModelTransformer : ITransformer, IDisposable
{
    /// <summary>Makes the transformer.</summary>
    /// <param name="function">What it computes.</param>
    /// <param name="outputColumnName">The name of the column added.</param>
    /// <param name="inputColumnName">The name of the column read.</param>
    /// <param name="batchSize">The rows that one run takes.</param>
    internal OnnxModelTransformer(IRowFunction function, string outputColumnName, string inputColumnName, int batchSize)
    {
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        ArgumentException.ThrowIfNullOrEmpty(inputColumnName);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        Transformation = new RowTransformation(function, outputColumnName, inputColumnName, batchSize);
    }

    /// <summary>The name of the column added.</summary>
    public string OutputColumnName => Transformation.OutputColumnName;

    /// <summary>The name of the column read.</summary>
    public string InputColumnName => Transformation.InputColumnName;

    /// <summary>The rows that one run takes.</summary>
    public int BatchSize => Transformation.BatchSize;

    /// <inheritdoc/>
    public bool IsRowToRowMapper => true;

    /// <summary>What it computes, of which column.</summary>
    internal RowTransformation Transformation { get; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or has another type or length; the message names column, expected and
    /// got.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => new RowMapper(Transformation, inputSchema).OutputSchema;

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">As for <see cref="GetOutputSchema"/>.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new MappedView(input, new RowMapper(Transformation, input.Schema));
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">As for <see cref="GetOutputSchema"/>.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => new RowMapper(Transformation, inputSchema);

    /// <summary>Frees the buffers. The model stays open, and the transformer can be used again.</summary>
    public void Dispose() => Transformation.Function.Dispose();

    /// <summary>Saves what it does, as transformers that ML.NET can load.</summary>
    /// <param name="ctx">Where to.</param>
    /// <exception cref="InvalidOperationException">The vectors that it makes are too long to be saved.</exception>
    void ICanSaveModel.Save(ModelSaveContext ctx) => SavedForm.Of(Transformation).Save(ctx);
}
