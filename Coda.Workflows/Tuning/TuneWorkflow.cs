using System.Text.Json.Nodes;
using Coda.Classical.Tuning;
using Coda.Data.Archives.Stored;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Scoring;
using Coda.Inference.Assimilation;
using Coda.Workflows.Progress;

namespace Coda.Workflows.Tuning;

/// <summary>The options of a method whose analyses fit the withheld observations best; no truth is read.</summary>
public static class TuneWorkflow
{
    /// <summary>Tries every choice, and writes the best.</summary>
    /// <param name="job">Which method and choices, on what.</param>
    /// <param name="progress">Told how it gets on, and what the best choice says against itself.</param>
    /// <param name="cancellation">Stops it; then nothing is written.</param>
    /// <exception cref="ArgumentException">No withheld observations, or choices that make no sense, or a model that the method would ignore.</exception>
    /// <exception cref="DivergenceException">Every choice diverged.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static TuneOutcome Run(TuneJob job, IWorkflowProgress progress, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(progress);
        if (job.Archive.Description.Withheld.Fraction == 0)
        {
            throw new ArgumentException(
                $"{job.Archive.Path}: expected an archive with withheld observations, to tune on, got one without. Make or import it with --withhold 0.05.");
        }

        var sweeps = job.Sweeps ?? TuningGrid.DefaultSweeps(job.Method);
        var trials = Try(job, TuningGrid.Of(job.Method, sweeps), progress, cancellation);
        var best = trials.Where(t => t.Failure is null).OrderBy(t => t.Diverged.Count).ThenBy(Misfit).FirstOrDefault()
            ?? throw new DivergenceException($"Every one of {trials.Count} choices diverged; the first: {trials[0].Failure}");
        TrialWarnings.Add(progress.Warnings, best, job.Archive.Description.NameOf);
        var path = job.Output ?? Path.Combine("tuned", $"{job.Method.Name}.json");
        if (job.Ranks.Rank == 0)
        {
            Write(path, best, trials, job.Command);
        }

        job.Ranks.Meet(); // the file is there when any of them has come back
        return new(path, best, trials, sweeps);
    }

    private static List<MethodTrial> Try(TuneJob job, IReadOnlyList<Component> grid, IWorkflowProgress progress, CancellationToken cancellation)
    {
        var (ranks, found) = (job.Ranks, new ResultWarnings());
        var request = new AnalysisRequest
        {
            Workers = job.Workers == 0 && ranks.Size > 1 ? ranks.ThreadsOfEach() : job.Workers, Warnings = found, NameOf = job.Archive.Description.NameOf,
            Cancellation = cancellation,
        };
        var scoring = new ScoreRequest { Margin = job.Margin, Cancellation = cancellation };
        var observations = new PlausibleObservations(job.Archive, job.GrossCheck);
        var context = new AnalysisContext(observations, job.Model);
        AssimilationMethod.Catalog.Create(grid[0], context);
        context.RequireModelUsed(grid[0]);
        var trials = new List<MethodTrial>();
        var mine = grid.Where((_, place) => place % ranks.Size == ranks.Rank).ToList();
        progress.Run($"tune ({grid[0].Name})", state =>
        {
            foreach (var choice in mine)
            {
                var (share, before) = (1.0 / mine.Count, (double)trials.Count / mine.Count);
                var told = new Relay<double>(done => state.Report(new(before + (share * done), $"{trials.Count + 1} of {mine.Count}")));
                var watched = request with { Progress = told };
                trials.Add(MethodTrials.Run(
                    choice, context, observations,
                    (analyses, layout) => WithheldScoring.Score(analyses, job.Archive, scoring with { Layout = layout }), watched));
            }
        });
        foreach (var warning in ranks.GatherValues(found.All).SelectMany(own => own))
        {
            progress.Warnings.Add(warning);
        }

        var all = ranks.GatherValues(trials);
        return [.. grid.Select((_, place) => all[place % ranks.Size][place / ranks.Size])];
    }

    private static double Misfit(MethodTrial trial) => trial.Misfit!.Value;

    private static void Write(string path, MethodTrial best, IReadOnlyList<MethodTrial> trials, string command)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        CodaJson.Write(path, new TunedMethod
        {
            Method = best.Method,
            Misfit = Misfit(best),
            RootMeanSquareError = best.Parts.Count == 1 ? best.Find(RootMeanSquareError.Name, best.Parts[0])?.Value : null,
            Command = command,
            Tried = [.. trials.Select(t => new TunedMethod.Choice((JsonObject?)t.Method.Options?.DeepClone(), t.Misfit))],
        });
    }
}
