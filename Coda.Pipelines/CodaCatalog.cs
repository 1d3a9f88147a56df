using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Cards;
using Coda.Inference.Sessions;
using Coda.Pipelines.Functions;
using Coda.Pipelines.Rows;
using Coda.Pipelines.Saving;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Coda.Pipelines;

/// <summary>What Coda adds to an <see cref="MLContext"/>: views of archives, and estimators that run a trained model over rows.</summary>
public static class CodaCatalog
{
    /// <summary>The name of the column that holds a window of observations: raw values (0 where missing), then the mask. [2, time, site]</summary>
    public const string Observations = ColumnNames.Observations;

    /// <summary>The name of the column that holds a state. [space]</summary>
    public const string State = ColumnNames.State;

    /// <summary>The name of the column that holds a state and, after it, the forcing of a forecast from there, at each step up to the last lead: all that the
    /// model's card names, the time among them. [space, then lead and channel]</summary>
    public const string ForcedState = ColumnNames.ForcedState;

    /// <summary>
    /// The name of the annotation, an Int64, by which a column of windows, states or forecasts tells how many steps past its own (for forecasts, past their
    /// start) it has seen: 0 is what a forecaster has. Analyses and forecasts take it over from the column that they are made of; columns that do not know have
    /// none. See <see cref="LookAheadOf"/>.
    /// </summary>
    public const string LookAhead = ColumnNames.LookAhead;

    /// <summary>How many steps past its own a column has seen, as its annotation tells; nothing where it has none.</summary>
    /// <param name="column">A column of windows, states or forecasts.</param>
    public static long? LookAheadOf(DataViewSchema.Column column) => LookAheadAnnotation.Read(column);

    /// <summary>Loads a saved pipeline as <see cref="ModelOperationsCatalog.Load(string, out DataViewSchema)"/> does, after it has compared the file's bytes
    /// with the checksums in it.</summary>
    /// <remarks>ML.NET compares nothing: of a damaged file it may make another pipeline, or never come back.</remarks>
    /// <param name="catalog">The catalogue of an <see cref="MLContext"/>.</param>
    /// <param name="file">The pipeline's file.</param>
    /// <param name="inputSchema">What the pipeline reads.</param>
    /// <exception cref="InvalidDataException">The file is no pipeline, or has other bytes than were saved.</exception>
    public static ITransformer LoadVerified(this ModelOperationsCatalog catalog, string file, out DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        using var stream = File.OpenRead(file);
        SavedPipeline.Verify(stream, file);
        return catalog.Load(stream, out inputSchema);
    }

    /// <summary>Opens an archive's analyses as rows of trajectory, step, time, state and, where the table has it, spread.</summary>
    /// <remarks>
    /// Rows are streamed from the Parquet files as they are asked for, in constant memory, and columns that nobody asks for are not read. The view can be read
    /// by several cursors at once and shuffled. <c>Trajectory</c> is an Int32, <c>Step</c> an Int64, <c>Time</c> a Double in the archive's unit, <c>State</c>
    /// and <c>Spread</c> are vectors of Single whose slots are called as the sites there, or as the entries of the state. The archive stays the caller's and
    /// must not be disposed or its analyses replaced before the view's last use.
    /// </remarks>
    /// <param name="catalog">The catalogue of an <see cref="MLContext"/>.</param>
    /// <param name="archive">The archive; it must have analyses.</param>
    /// <exception cref="ArchiveFormatException">The archive has no analyses.</exception>
    public static IDataView LoadAnalyses(this DataOperationsCatalog catalog, ParquetArchive archive)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new ArchiveView(new AnalysisRows(archive));
    }

    /// <summary>Opens an archive's analyses as starts of forecasts by a model with forcing: the rows of <see cref="LoadAnalyses(DataOperationsCatalog,
    /// ParquetArchive)"/> with the column <see cref="ForcedState"/> for <see cref="Forecast"/> to read.</summary>
    /// <remarks>Rows whose forcing is not known up to the last lead are an error once that column is asked for; a filter by <c>Time</c> before leaves them
    /// out.</remarks>
    /// <param name="catalog">The catalogue of an <see cref="MLContext"/>.</param>
    /// <param name="archive">The archive; it must have analyses and the model's forcing.</param>
    /// <param name="model">The model.</param>
    /// <param name="lead">The last lead of the forecasts, in steps, at least 0.</param>
    /// <exception cref="ArchiveFormatException">The archive has no analyses.</exception>
    /// <exception cref="ArgumentException">The model has no forcing, or the archive lacks one of its series.</exception>
    public static IDataView LoadAnalyses(this DataOperationsCatalog catalog, ParquetArchive archive, OnnxModel model, int lead)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentOutOfRangeException.ThrowIfNegative(lead);
        return new ArchiveView(new AnalysisRows(archive, (ForcingSeries.Of(model.Card.Forcing ?? [], archive) ?? throw new ArgumentException(
            $"Model '{model.Card.Name}': expected one with forcing, got one without. Load the analyses by themselves, and forecast from column '{State}'."),
            lead)));
    }

    /// <summary>Opens the windows of observations that a model reads around every step of an archive.</summary>
    /// <remarks>
    /// Streamed, in constant memory, as <see cref="LoadAnalyses(DataOperationsCatalog, ParquetArchive)"/> does. <c>Trajectory</c>, <c>Step</c> and
    /// <c>Time</c> name the window's centre; <c>Values</c> and <c>Mask</c> are vectors of Single [time, site], and <c>Observations</c> is both, with the
    /// standard deviations of the errors where the network reads them, in the form that analysis.onnx takes [channel, time, site]. What lies outside the record
    /// is unobserved, and withheld observations are left out. Where no vector is asked for, no observation is read.
    /// </remarks>
    /// <param name="catalog">The catalogue of an <see cref="MLContext"/>.</param>
    /// <param name="archive">Where the observations are.</param>
    /// <param name="model">The model; its card says how long a window is.</param>
    /// <param name="nowcast">Whether what was observed after a window's centre is left out, so that forecasts from its analysis start where a forecaster
    /// stands.</param>
    /// <exception cref="ModelMismatchException">Archive and card disagree on site count, step length or units; the message says both values.</exception>
    /// <exception cref="InvalidDataException">The record is shorter than half a window.</exception>
    public static IDataView LoadObservationWindows(this DataOperationsCatalog catalog, IObservationArchive archive, OnnxModel model, bool nowcast = false)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new ArchiveView(new WindowRows(archive, model.Card, nowcast));
    }

    /// <summary>An estimator that takes windows of observations to analyses with a model's network, analysis.onnx, batched over rows.</summary>
    /// <param name="catalog">The catalogue of an <see cref="MLContext"/>.</param>
    /// <param name="model">The model; it stays the caller's and must stay open as long as the transformer is used.</param>
    /// <param name="outputColumnName">The name of the column added: a vector of Single in state units. [space]</param>
    /// <param name="inputColumnName">The column of windows, a vector of Single: values, then mask, then the standard deviations of the errors where the network
    /// reads them. [channel, time, site]</param>
    /// <param name="batchSize">The rows that one run takes, at least 1.</param>
    /// <exception cref="ModelMismatchException">The model has no analysis.onnx.</exception>
    public static OnnxModelEstimator Assimilate(
        this TransformsCatalog catalog, OnnxModel model, string outputColumnName = State, string inputColumnName = Observations, int batchSize = 16)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new OnnxModelEstimator(new OnnxModelTransformer(new AnalysisFunction(model), outputColumnName, inputColumnName, batchSize));
    }

    /// <summary>An estimator that forecasts from states with a model's hybrid simulator, forecast.onnx, batched over rows.</summary>
    /// <param name="catalog">The catalogue of an <see cref="MLContext"/>.</param>
    /// <param name="model">The model; it stays the caller's and must stay open as long as the transformer is used.</param>
    /// <param name="leads">The leads to keep, in steps, rising; 0 is the state itself.</param>
    /// <param name="outputColumnName">The name of the column added: the states at the leads, one after another, as a vector of Single. [lead, space]</param>
    /// <param name="inputColumnName">The column of states, a vector of Single [space]; of a model with forcing <see cref="ForcedState"/>, which names the
    /// forcing, too.</param>
    /// <param name="batchSize">The rows that one run takes, at least 1.</param>
    /// <exception cref="ModelMismatchException">The model has no forecast.onnx.</exception>
    /// <exception cref="ArgumentException">No lead, a negative one, or leads that do not rise.</exception>
    public static OnnxModelEstimator Forecast(
        this TransformsCatalog catalog, OnnxModel model, IReadOnlyList<int> leads, string outputColumnName = "Forecast", string inputColumnName = State,
        int batchSize = 64)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new OnnxModelEstimator(new OnnxModelTransformer(new ForecastFunction(model, leads), outputColumnName, inputColumnName, batchSize));
    }
}
