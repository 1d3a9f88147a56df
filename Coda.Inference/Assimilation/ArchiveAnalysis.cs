using Coda.Data.Archives;
using Coda.Data.Archives.Runs;
using Coda.Data.Foundation;

namespace Coda.Inference.Assimilation;

/// <summary>Analyzes an archive part by part: while one is flushed to disk, the next is read, analyzed and written.</summary>
public static class ArchiveAnalysis
{
    /// <summary>Makes the parts of a run that are missing, and lets the table count when all are there.</summary>
    /// <param name="run">The run; its origin is <see cref="AnalysisOrigin"/>'s and its parts are <see cref="AnalysisParts"/>'.</param>
    /// <param name="analyze">Gives the analyses of a part: <see cref="IAssimilationMethod.Analyze"/> of an archive.</param>
    /// <param name="request">Workers, progress, warnings (which are kept with their part, too), cancellation; trajectories and steps are the parts'.</param>
    /// <param name="confirm">Called before a part counts; throws where what it was made from is there no more (<see cref="ParquetArchive.RequireSameObservations"/>).</param>
    /// <returns>Whether the table is whole; if not, other shards have parts to make.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled; finished parts stay.</exception>
    /// <exception cref="IOException">The disk is full or fails; finished parts stay.</exception>
    public static bool Run(TableRun run, Func<AnalysisRequest, IEnumerable<StateBlock>> analyze, AnalysisRequest request, Action? confirm = null)
    {
        var (total, done) = ((double)run.Pending.Sum(p => p.Range.Rows), 0L);
        var ofParts = new List<IReadOnlyList<RunWarning>>();
        var commit = Task.CompletedTask;
        try
        {
            foreach (var part in run.Pending)
            {
                var (range, before, warnings) = (part.Range, done, new RunWarnings());
                var staged = run.Stage(part, Wanted(range, request.Cancellation, analyze(request with
                {
                    Trajectories = [.. Enumerable.Range(range.FirstTrajectory, range.TrajectoryCount)],
                    Steps = range.Steps,
                    Every = range.Every,
                    Warnings = warnings,
                    Progress = new Share(share => request.Progress?.Report((before + (share * range.Rows)) / total)),
                })));
                done += range.Rows;
                try
                {
                    confirm?.Invoke();
                    commit.GetAwaiter().GetResult();
                }
                catch
                {
                    File.Delete(staged.Path);
                    throw;
                }

                ofParts.Add(warnings.All);
                commit = Task.Run(() => run.Commit(staged, warnings.All), CancellationToken.None);
            }

            commit.GetAwaiter().GetResult();
            Tell(request.Warnings, ofParts);
        }
        catch
        {
            // The commit under way uses the run; told is what stopped us, not what it came to.
            Task.WhenAny(commit).Wait(CancellationToken.None);
            throw;
        }

        return run.TrySeal();
    }

    // A run failed only where every part did.
    private static void Tell(RunWarnings? warnings, List<IReadOnlyList<RunWarning>> ofParts)
    {
        var hasFailed = ofParts.TrueForAll(part => part.Any(w => w.IsFailure));
        foreach (var warning in ofParts.SelectMany(part => part))
        {
            warnings?.Add(warning with { IsFailure = warning.IsFailure && hasFailed });
        }
    }

    private static IEnumerable<StateBlock> Wanted(RecordRange range, CancellationToken cancellation, IEnumerable<StateBlock> blocks)
    {
        foreach (var block in blocks)
        {
            cancellation.ThrowIfCancellationRequested();
            if (range.Every == 1)
            {
                yield return block;
                continue;
            }

            for (var row = 0; row < block.Count; row++)
            {
                if (range.Contains(block.FirstStep + row))
                {
                    yield return block.Row(row);
                }
            }
        }
    }

    private sealed class Share(Action<double> report) : IProgress<double>
    {
        public void Report(double value) => report(value);
    }
}
