using Coda.Data.Archives;
using Coda.Data.Archives.Runs;
using Coda.Data.Archives.Stored;
using Coda.Data.Foundation;

namespace Coda.Inference.Forecasting;

/// <summary>Forecasts from an archive's analyses part by part.</summary>
public static class ArchiveForecast
{
    /// <summary>Makes the parts of a run that are missing, and lets the table count when all are there.</summary>
    /// <param name="run">The run; its origin is <see cref="ForecastOrigin"/>'s and its parts are <see cref="ForecastParts"/>'.</param>
    /// <param name="model">What advances the states.</param>
    /// <param name="archive">The archive with the analyses.</param>
    /// <param name="request">Which starts and leads, how many members and workers; its progress is the parts', its forcing the archive's.</param>
    /// <param name="warnings">Takes the warnings of all parts; nobody by default.</param>
    /// <param name="progress">Told the share done, in [0, 1].</param>
    /// <param name="finish">What is made of each block before it is kept, such as its bands; nothing by default.</param>
    /// <returns>Whether the table is whole; if not, other shards have parts to make.</returns>
    /// <exception cref="ArgumentException">As for <see cref="Forecasts.Run"/>.</exception>
    /// <exception cref="Data.Dynamics.DivergenceException">A forecast is no longer finite; finished parts stay.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; finished parts stay.</exception>
    /// <exception cref="IOException">The disk is full or fails; finished parts stay.</exception>
    public static bool Run(
        TableRun run, ForecastModel model, ParquetArchive archive, ForecastRequest request, ResultWarnings? warnings = null, IProgress<double>? progress = null,
        Func<StateBlock, StateBlock>? finish = null)
    {
        ArgumentNullException.ThrowIfNull(archive);
        ArgumentNullException.ThrowIfNull(request);
        request = request with { Forcing = ForcingSeries.Of(model.Forcing, archive) };
        return RunParts.Make(
            run,
            work => Forecasts.Run(
                model, archive.ReadStates(ArchiveTable.Analyses, work.Part.Range), request with { Progress = new Done(work, request.Leads.Count) })
                .Select(finish ?? (block => block)),
            warnings, progress, () => archive.RequireSame(ArchiveTable.Analyses), request.Cancellation);
    }

    // The starts that are done, as a share of the part's.
    private sealed class Done(PartWork work, int leads) : IProgress<long>
    {
        public void Report(long value) => work.Progress.Report((double)value * leads / work.Part.RowCount);
    }
}
