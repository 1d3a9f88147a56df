using System.Diagnostics;
using System.Globalization;
using Coda.Classical.Variational;
using Coda.Classical.Variational.Stretches;
using Coda.Data.Archives;
using Coda.Data.Archives.Runs;
using Coda.Data.Archives.Stored;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;
using Coda.Workflows.Progress;

namespace Coda.Workflows.Analyzing;

/// <summary>Observations to analyses, by a trained model or a classical method, part by part: a run that was stopped goes on, and shards share one.</summary>
public static class AnalyzeWorkflow
{
    /// <summary>Analyzes an archive and writes the analyses.</summary>
    /// <param name="job">By which method, from what, to where.</param>
    /// <param name="progress">Told how it gets on, and what makes the analyses doubtful.</param>
    /// <param name="cancellation">Stops it once the parts under way are whole; the same job goes on from there.</param>
    /// <exception cref="ArgumentException">The method or an option is none, or the method would ignore the model.</exception>
    /// <exception cref="InvalidDataException">The reference has other sites, or an unfinished run is of another origin.</exception>
    /// <exception cref="ModelMismatchException">The model cannot read the archive.</exception>
    public static AnalyzeOutcome Run(AnalyzeJob job, IWorkflowProgress progress, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(progress);
        new Faults("analyze").Require(job.PartSize is null or >= 1, nameof(job.PartSize), "at least 1", job.PartSize)
            .Require(job.Members is null or >= 2, nameof(job.Members), "at least 2", job.Members)
            .Require(job.Members is null || job.Bands is null, nameof(job.Bands), "none with members, which have no spread", job.Bands?.File).ThrowIfAny();
        using var held = HeapLimit.Within(job.Memory);
        var (path, description) = EstimateTarget.Of(
            job.Archive, job.Output, job.Provenance, job.Members is { } count ? PosteriorMembers.Describe(job.Archive.Description, count) : null);
        var observations = new PlausibleObservations(job.Archive, job.GrossCheck);
        var context = new AnalysisContext(
            job.Reference is null || ReferenceEquals(job.Reference, job.Archive)
                ? observations : new PlausibleObservations(job.Reference, job.GrossCheck), job.Model);
        var method = AssimilationMethod.Catalog.Create(job.Method, context);
        context.RequireModelUsed(job.Method);
        job.Archive.Description.RequireSameSites(context.Reference.Description, "--reference");
        RequireDivided(job, method);
        var bands = job.Bands?.For(job.Archive, method.Layout, progress.Warnings, cancellation);
        var (mine, reports) = (new ResultWarnings(), new List<StretchReport>());
        var request = new AnalysisRequest
        {
            Workers = job.Workers == 0 && job.Ranks.Size > 1 ? job.Ranks.ThreadsOfEach() : job.Workers, Ranks = job.Ranks, Warnings = mine,
            NameOf = job.Archive.Description.NameOf, Cancellation = cancellation,
        };
        var start = Stopwatch.GetTimestamp();
        if (job.Ranks.Rank > 0)
        {
            ArchiveAnalysis.Accompany(job.Ranks.OnFirst<IReadOnlyList<RunPart>>(() => []), Analysis, request);
            job.Ranks.Meet();
            return new AnalyzeOutcome(job.Method.Name, path, 0, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        var note = AnalysisNote.Of(method, job.Archive.Description) with { Members = job.Members, BandLevel = job.Bands?.Level };
        using var run = TableRun.Open(path, ArchiveTable.Analyses, new(description, OriginOf(job, context), PartsOf(job, method))
        {
            Shard = job.Shard,
            IsRestarted = job.IsRestarted,
            Note = note,
        });
        // Before anything is measured, what is known to be done is not done.
        var workers = job.Memory is { } bound && run.Pending.Count > 0
            ? AnalysisMemory.Workers(bound, job.Workers, method, observations, cancellation) : request.Workers;
        held?.Adjust();
        _ = job.Ranks.OnFirst(() => run.Pending);
        progress.Run($"analyze ({job.Method.Name})", state =>
        {
            ArchiveAnalysis.Run(
                run, Analysis, request with { Workers = workers, Progress = new Relay<double>(share => state.Report(new(share))) },
                () => job.Archive.RequireSame(ArchiveTable.Observations));
        });
        job.Ranks.Meet();

        // A table that is whole tells what there is to say against all of it, whoever made its parts.
        foreach (var warning in run.IsSealed ? run.Note?.Warnings ?? [] : mine.All)
        {
            progress.Warnings.Add(warning);
        }

        return new AnalyzeOutcome(job.Method.Name, path, run.Pending.Sum(p => p.Range.Rows), Stopwatch.GetElapsedTime(start).TotalSeconds)
        {
            Note = run.Note ?? note,
            IsSealed = run.IsSealed,
            Workers = workers,
            PeakMemory = PeakMemory.Of(job.Memory, progress.Warnings),
            PartsMade = run.Pending.Count,
            PartsBefore = run.Owned - run.Pending.Count,
            Stretches = reports.Count,
            Unsound = [.. reports.Where(r => !r.IsSound)],
            Unsolved = [.. reports.Where(r => r.IsSound && r.UnsolvedEquations > 0)],
            Iterations = reports.Sum(r => (long)r.Iterations),
        };

        IEnumerable<StateBlock> Analysis(AnalysisRequest part) =>
            bands is { } choice ? Estimates(part).Select(block => choice.Bands.On(block, choice.Level)) : Estimates(part);

        IEnumerable<StateBlock> Estimates(AnalysisRequest part) => job.Members is { } members
            ? PosteriorMembers.Analyze(method, observations, members, part)
            : method is StretchedMethod stretched ? Reported(stretched, observations, part, reports) : method.Analyze(observations, part);
    }

    private static void RequireDivided(AnalyzeJob job, AssimilationMethod method)
    {
        if (job.Ranks.Size > 1 && !method.DividesMembers)
        {
            throw new ArgumentException(
                $"{job.Ranks.Size} ranks: expected a method with an ensemble, whose members they divide, got {job.Method.Name}. "
                    + "Give each rank a part of the record instead: --shard /COUNT.");
        }
    }

    private static IReadOnlyList<RunPart> PartsOf(AnalyzeJob job, AssimilationMethod method) => job.Members is { } members
        ? PosteriorMembers.Parts(method, job.Archive.Description, members, job.Range, job.PartSize)
        : AnalysisParts.Of(method, job.Archive.Description, job.Range, job.PartSize);

    private static SortedDictionary<string, string> OriginOf(AnalyzeJob job, AnalysisContext context)
    {
        var origin = AnalysisOrigin.Of(job.Method, context, job.Archive, job.Range);
        if (job.Members is { } members)
        {
            origin["members"] = members.ToString(CultureInfo.InvariantCulture);
        }

        // What the bits, and their division into files, depend on as well where it is not the default.
        if (job.GrossCheck != PlausibleObservations.DefaultDeviations)
        {
            origin["grossCheck"] = job.GrossCheck.ToString("R", CultureInfo.InvariantCulture);
        }

        if (job.PartSize is { } size)
        {
            origin["partSize"] = size.ToString(CultureInfo.InvariantCulture);
        }

        job.Bands?.AddTo(origin, ArchiveTable.Analyses);
        return origin;
    }

    // The analyses of a part; its stretches are judged when all of them are there.
    private static IEnumerable<StateBlock> Reported(
        StretchedMethod method, IObservationArchive observations, AnalysisRequest request, List<StretchReport> reports)
    {
        var ofPart = new List<StretchReport>();
        foreach (var block in method.Analyze(observations, request, ofPart.Add))
        {
            yield return block;
        }

        StretchWarnings.Add(request, method.Name, ofPart);
        reports.AddRange(ofPart);
    }
}
