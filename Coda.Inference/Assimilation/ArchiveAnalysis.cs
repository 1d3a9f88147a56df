using Coda.Data.Archives;
using Coda.Data.Archives.Runs;
using Coda.Data.Archives.Stored;
using Coda.Data.Foundation;

namespace Coda.Inference.Assimilation;

/// <summary>Analyzes an archive part by part.</summary>
public static class ArchiveAnalysis
{
    /// <summary>Makes the parts of a run that are missing, and lets the table count when all are there.</summary>
    /// <param name="run">The run; its origin is <see cref="AnalysisOrigin"/>'s and its parts are <see cref="AnalysisParts"/>'.</param>
    /// <param name="analyze">Gives the analyses of a part: <see cref="AssimilationMethod.Analyze"/> of an archive.</param>
    /// <param name="request">Workers, progress, warnings (which are kept with their part, too), cancellation; trajectories, steps and
    /// who is told of unsound stretches are the parts'.</param>
    /// <param name="confirm">Called before a part counts; throws where what it was made from is there no more
    /// (<see cref="ParquetArchive.RequireSame"/>).</param>
    /// <returns>Whether the table is whole; if not, other shards have parts to make.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled; finished parts stay.</exception>
    /// <exception cref="IOException">The disk is full or fails; finished parts stay.</exception>
    public static bool Run(TableRun run, Func<AnalysisRequest, IEnumerable<StateBlock>> analyze, AnalysisRequest request, Action? confirm = null)
    {
        ArgumentNullException.ThrowIfNull(analyze);
        ArgumentNullException.ThrowIfNull(request);
        return RunParts.Make(
            run, work => Wanted(work.Part.Range, analyze(Of(request, work))), request.Warnings, request.Progress, confirm, request.Cancellation);
    }

    /// <summary>Computes the same parts beside the rank that makes them (<see cref="AnalysisRequest.Ranks"/>), and keeps nothing.</summary>
    /// <param name="parts">The parts that it makes, in its order.</param>
    /// <param name="analyze">Gives the analyses of a part, as it does.</param>
    /// <param name="request">As it has it.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static void Accompany(IEnumerable<RunPart> parts, Func<AnalysisRequest, IEnumerable<StateBlock>> analyze, AnalysisRequest request)
    {
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentNullException.ThrowIfNull(analyze);
        ArgumentNullException.ThrowIfNull(request);
        foreach (var part in parts)
        {
            var work = new PartWork(part, request.Warnings ?? new ResultWarnings(), _ => { }, request.Progress ?? new Progress<double>());
            foreach (var _ in analyze(Of(request, work)))
            {
                request.Cancellation.ThrowIfCancellationRequested();
            }
        }
    }

    private static AnalysisRequest Of(AnalysisRequest request, PartWork work) => request with
    {
        Trajectories = [.. Enumerable.Range(work.Part.Range.FirstTrajectory, work.Part.Range.TrajectoryCount)],
        Steps = work.Part.Range.Steps,
        Every = work.Part.Range.Every,
        Warnings = work.Warnings,
        Unsound = unsound => Tell(work, unsound),
        Progress = work.Progress,
    };

    // Filters come from the record's start, before the part.
    private static void Tell(PartWork work, UnsoundStretch unsound)
    {
        if (unsound.Steps.Intersect(work.Part.Range.Steps) is { Count: > 0 } ofPart)
        {
            work.Unsound(unsound with { Steps = ofPart });
        }
    }

    private static IEnumerable<StateBlock> Wanted(RecordRange range, IEnumerable<StateBlock> blocks)
    {
        foreach (var block in blocks)
        {
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
}
