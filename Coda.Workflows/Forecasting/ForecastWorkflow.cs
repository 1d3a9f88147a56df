using System.Diagnostics;
using Coda.Data.Archives;
using Coda.Data.Time;
using Coda.Inference.Forecasting;
using Coda.Workflows.Progress;

namespace Coda.Workflows.Forecasting;

/// <summary>An archive's analyses to states ahead, batched over starts.</summary>
public static class ForecastWorkflow
{
    /// <summary>Forecasts, and writes the forecasts.</summary>
    /// <param name="job">By which method, from what, to where.</param>
    /// <param name="progress">Told how it gets on, and what the analyses say against themselves.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="ArgumentException">No such method, or the request makes no sense, or the analyses look ahead.</exception>
    /// <exception cref="ArchiveFormatException">There are no analyses.</exception>
    /// <exception cref="Data.Cards.ModelMismatchException">The model cannot forecast from this archive.</exception>
    /// <exception cref="Data.Dynamics.DivergenceException">A forecast is no longer finite; the message names start, lead and norm.</exception>
    public static ForecastOutcome Run(ForecastJob job, IWorkflowProgress progress, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(progress);
        var clock = Stopwatch.StartNew();
        var description = job.Archive.Description;
        var note = ForecastStarts.NoteOf(job.Archive, job.TakesSmoothed);
        foreach (var warning in note.Warnings ?? [])
        {
            progress.Warnings.Add(warning);
        }

        job.Model?.Card.On(description);
        var method = ForecastMethods.Create(job);
        using var disposable = method as IDisposable;
        var expected = (double)description.TrajectoryCount * ((description.Steps.Count / job.Request.StartEvery) + 1);
        var (path, target) = EstimateTarget.Of(job.Archive, job.Output, job.Provenance);
        progress.Run($"forecast ({method.Name})", state =>
        {
            var request = job.Request with
            {
                Progress = new Relay<long>(done => state.Report(new(Math.Min(1, done / expected)))), Warnings = progress.Warnings, Cancellation = cancellation,
            };
            using var written = target.Checksums.Count > 0 ? ParquetArchive.Open(path) : ParquetArchive.Create(path, target);
            written.WriteStates(ArchiveTable.Forecasts, Forecasts.Run(method, job.Archive.ReadStates(ArchiveTable.Analyses), request), note);
        });
        using var archive = ParquetArchive.Open(path);
        var axis = new TimeAxis(description.StepLength);
        return new(method.Name, path, [.. job.Request.Leads.Select(lead => axis.TimeOf(lead))], archive.RowCount(ArchiveTable.Forecasts), clock.Elapsed.TotalSeconds)
        {
            Members = job.Request.Members,
            Note = note,
        };
    }
}
