using System.Diagnostics;
using Coda.Data.Archives;
using Coda.Data.Archives.Runs;
using Coda.Data.Archives.Stored;
using Coda.Data.Foundation;
using Coda.Data.Scoring;
using Coda.Data.Time;
using Coda.Inference.Forecasting;
using Coda.Workflows.Analyzing;
using Coda.Workflows.Progress;

namespace Coda.Workflows.Forecasting;

/// <summary>An archive's analyses to states ahead, batched over starts, part by part: a run that was stopped goes on, and shards share one.</summary>
public static class ForecastWorkflow
{
    /// <summary>Forecasts, and writes the forecasts.</summary>
    /// <param name="job">By which method, from what, to where.</param>
    /// <param name="progress">Told how it gets on, and what the analyses say against themselves.</param>
    /// <param name="cancellation">Stops it; finished parts stay, and the same job goes on from there.</param>
    /// <exception cref="ArgumentException">No such method, or the request makes no sense, or the analyses look ahead, or there are none at the
    /// starts; or one worker alone needs more memory than the bound.</exception>
    /// <exception cref="ArchiveFormatException">There are no analyses.</exception>
    /// <exception cref="Data.Cards.ModelMismatchException">The model cannot forecast from this archive.</exception>
    /// <exception cref="Data.Dynamics.DivergenceException">A forecast is no longer finite; the message names start, lead and norm.</exception>
    /// <exception cref="IOException">An unfinished run is of another origin, or another process is on this shard; or the disk is full.</exception>
    public static ForecastOutcome Run(ForecastJob job, IWorkflowProgress progress, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(progress);
        using var held = HeapLimit.Within(job.Memory);
        var (description, request) = (job.Archive.Description, job.Request with { Cancellation = cancellation });
        new Faults("forecast").Require(job.PartSize is null or >= 1, nameof(job.PartSize), "at least 1", job.PartSize).ThrowIfAny();
        request.Check();
        var starts = ForecastStarts.NoteOf(job.Archive, job.TakesSmoothed);
        job.Model?.Card.On(description);
        var context = new ForecastContext(
            description, job.Model, () => description.NoteOf(ArchiveTable.Analyses).Layout
                ?? LayoutMatch.Of(description, job.Archive.ReadStates(ArchiveTable.Analyses).First().StateSize));
        var method = ForecastModel.Catalog.Create(job.Method, context);
        using var disposable = method as IDisposable;
        context.RequireModelUsed(job.Method);
        if (!TimeAxis.IsSameStep(description.StepLength, method.StepLength))
        {
            var (expected, got) = (description.StepLength, method.StepLength);
            throw new ArgumentException(FormattableString.Invariant(
                $"Forecast model '{method.Name}': expected steps of {expected}, as the archive's are, got {got}. Take another model."));
        }

        var note = starts with { Model = method.Description, Layout = TableNote.LayoutBeside(description, method.Layout), BandLevel = job.Bands?.Level };
        var origin = ForecastOrigin.Of(job.Method, context, request);
        job.Bands?.AddTo(origin, ArchiveTable.Forecasts);
        var (path, target) = EstimateTarget.Of(job.Archive, job.Output, job.Provenance);
        using var run = TableRun.Open(path, ArchiveTable.Forecasts, new(
            target,
            origin,
            ForecastParts.Of(job.Archive.ReadSelected(ArchiveTable.Analyses, StateContent.None), description, request, method.StateSize, job.PartSize))
        {
            Shard = job.Shard,
            IsRestarted = job.IsRestarted,
            Note = note,
        });
        foreach (var warning in note.Warnings ?? [])
        {
            progress.Warnings.Add(warning);
        }

        if (job.Memory is { } bound && run.Pending.Count > 0)
        {
            request = request with { Workers = ForecastMemory.Workers(bound, method, () => job.Archive.ReadStates(ArchiveTable.Analyses), request) };
            held?.Adjust();
        }

        var bands = job.Bands?.For(job.Archive, method.Layout, progress.Warnings, cancellation);
        bands?.Bands.WarnOfLeads(request.Leads, progress.Warnings);
        var start = Stopwatch.GetTimestamp();
        progress.Run($"forecast ({method.Name})", state =>
        {
            ArchiveForecast.Run(run, method, job.Archive, request, progress.Warnings, new Relay<double>(share => state.Report(new(share))),
                bands is { } choice ? block => choice.Bands.On(block, choice.Level) : null);
        });
        var axis = new TimeAxis(description.StepLength);
        return new(
            method.Name, path, [.. request.Leads.Select(lead => axis.TimeOf(lead))], run.Pending.Sum(p => p.RowCount),
            Stopwatch.GetElapsedTime(start).TotalSeconds)
        {
            Members = request.Members,
            Note = note,
            IsSealed = run.IsSealed,
            Workers = request.Workers,
            PeakMemory = PeakMemory.Of(job.Memory, progress.Warnings),
            PartsMade = run.Pending.Count,
            PartsBefore = run.Owned - run.Pending.Count,
        };
    }
}
