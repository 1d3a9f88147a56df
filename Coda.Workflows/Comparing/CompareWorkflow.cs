using Coda.Classical.Tuning;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Data.Scoring;
using Coda.Data.Scoring.Differences;
using Coda.Inference.Assimilation;
using Coda.Workflows.Progress;
using Coda.Workflows.Tuning;

namespace Coda.Workflows.Comparing;

/// <summary>Methods, learned and classical, on one archive: scores and the time of a step. Keeps no analyses.</summary>
public static class CompareWorkflow
{
    /// <summary>Analyzes by each method, and scores against the truth, or against the withheld observations where there is none.</summary>
    /// <param name="job">Which methods, on what.</param>
    /// <param name="progress">Told how it gets on, which methods are left out, and what the others say against themselves.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="ArgumentException">A method that was asked for refuses the archive, or would ignore the model.</exception>
    /// <exception cref="InvalidDataException">The reference has other sites.</exception>
    /// <exception cref="ModelMismatchException">The model cannot read the archive.</exception>
    public static CompareOutcome Run(CompareJob job, IWorkflowProgress progress, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(progress);
        var observations = new PlausibleObservations(job.Archive, job.GrossCheck);
        var context = new AnalysisContext(job.Reference is null ? observations : new PlausibleObservations(job.Reference, job.GrossCheck), job.Model);
        job.Archive.Description.RequireSameSites(context.Reference.Description, "--reference");
        Require(job.Methods ?? [], context);
        RequireVersus(job);
        var request = new AnalysisRequest
        {
            Workers = job.Workers, Warnings = progress.Warnings, NameOf = job.Archive.Description.NameOf, Cancellation = cancellation,
        };
        var scoring = new ScoreRequest { Margin = job.Margin, KeepsSeries = true, Cancellation = cancellation };
        var trials = new List<MethodTrial>();
        var series = new List<(string Name, IReadOnlyList<ScoreSeries> Series)>();
        foreach (var method in job.Methods ?? [.. AssimilationMethod.Catalog.Names.Except(PosteriorMembers.Methods).Select(name => new Component(name))])
        {
            if (job.Methods is null && Refusal(method, context) is { } refusal)
            {
                progress.Say($"{method.Name} is left out: {refusal}");
                continue;
            }

            var report = new ScoreReport([], []);
            trials.Add(progress.Run(method.Name, state => MethodTrials.Run(
                method, context, observations, (analyses, layout) => (report = Score(analyses, job.Archive, scoring with { Layout = layout })).Scores,
                request with { Progress = new Relay<double>(share => state.Report(new(share))) })));
            series.Add((NameOf(method), report.Series));
        }

        foreach (var trial in trials)
        {
            TrialWarnings.Add(progress.Warnings, trial, job.Archive.Description.NameOf, isFailure: trials.TrueForAll(t => t.Failure is not null));
        }

        return new(job.Archive.Path, job.Archive.HasTable(ArchiveTable.Truth), trials) { Differences = Differences(job, series, progress) };
    }

    private static string NameOf(Component method) => $"{method.Name} {method.DescribeOptions()}".TrimEnd();

    private static IReadOnlyList<ScoreDifference> Differences(
        CompareJob job, List<(string Name, IReadOnlyList<ScoreSeries> Series)> series, IWorkflowProgress progress)
    {
        var place = job.Versus is { } versus ? series.FindIndex(s => s.Name == NameOf(versus)) : 0;
        if (series.Count < 2 || place < 0 || series[place].Series.Count == 0)
        {
            if (place >= 0 && series.Count > 1)
            {
                progress.Warnings.Add(
                    "no-differences", $"{series[place].Name} has no scores, so that no method is compared with it. Name another one to compare with.");
            }

            return [];
        }

        return progress.Run("differences", _ => ScoreDifferences.Of(series[place], [.. series.Where((_, i) => i != place)], MultipleTests.Holm));
    }

    private static void RequireVersus(CompareJob job)
    {
        if (job.Versus is { } versus && job.Methods is { } methods && !methods.Select(NameOf).Contains(NameOf(versus)))
        {
            throw new ArgumentException(
                $"--versus {NameOf(versus)}: expected one of the methods with its options, {string.Join("; ", methods.Select(NameOf))}. Add it to --methods.");
        }
    }

    // What was asked for is refused before anything is computed.
    private static void Require(IReadOnlyList<Component> methods, AnalysisContext context)
    {
        foreach (var method in methods)
        {
            AssimilationMethod.Catalog.Create(method, context);
        }

        if (methods.Count > 0)
        {
            context.RequireModelUsed(methods[0]);
        }
    }

    private static ScoreReport Score(IEnumerable<StateBlock> analyses, ParquetArchive archive, ScoreRequest request) =>
        archive.HasTable(ArchiveTable.Truth)
            ? TruthScoring.Report(analyses, archive.ReadStates(ArchiveTable.Truth), archive, request)
            : WithheldScoring.Report(analyses, archive, request);

    // Methods that nobody asked for by name may refuse an archive.
    private static string? Refusal(Component method, AnalysisContext context)
    {
        try
        {
            AssimilationMethod.Catalog.Create(method, context);
            return null;
        }
        catch (Exception fault) when (fault is ArgumentException or ModelMismatchException)
        {
            return fault.Message;
        }
    }
}
