using Coda.Data.Archives.Runs;
using Coda.Data.Foundation;
using Coda.Workflows.Progress;

namespace Coda.Workflows.Studying;

/// <summary>Trains and scores every cell of a study: what is finished is not done again, and shards share one study.</summary>
public static class StudyWorkflow
{
    /// <summary>Runs the cells of the job's shard; after each, results.parquet and results.md hold all that are finished.</summary>
    /// <param name="job">Which study, to where.</param>
    /// <param name="progress">Told how it gets on, and what makes scores doubtful.</param>
    /// <param name="cancellation">Stops it; the same job goes on from there.</param>
    /// <exception cref="ArgumentException">A setting is none, or a seed's training record would be the test's.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static StudyOutcome Run(StudyJob job, IWorkflowProgress progress, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(progress);
        progress = job.Ranks.Rank == 0 ? progress : new SilentProgress();
        var run = new StudyCells(job.Folder, progress, cancellation) { Threads = job.Threads };
        var cells = StudyGrid.Of(job.Study, job.Settings).ToList();
        var mine = Mine(cells, run, new Shard((job.Shard.Index * job.Ranks.Size) + job.Ranks.Rank, job.Shard.Count * job.Ranks.Size));
        foreach (var (place, (cell, seed, point)) in mine.Index())
        {
            cancellation.ThrowIfCancellationRequested();
            var words = string.Join(", ", job.Study.Axes.Zip(point, (axis, value) => FormattableString.Invariant($"{axis.Name} {value}")));
            progress.Say($"Cell {place + 1} of {mine.Count}: {words}, seed {seed}");
            run.Run(cell, seed, point);
            using var held = run.Lock("results"); // so that no shard's older table is the last
            new StudyTable(job.Study, Finished()).Write(job.Folder, job.Provenance);
        }

        job.Ranks.Meet();
        var results = Finished();
        return new StudyOutcome(job.Folder, results, new StudyTable(job.Study, results));

        // Of all shards.
        List<StudyResult> Finished() => [.. cells.Select(c => run.Read(c.Cell)).OfType<StudyResult>()];
    }

    // Cells that share a model go to one shard, which trains it once.
    private static List<(StudyCell Cell, ulong Seed, IReadOnlyList<double> Point)> Mine(
        IReadOnlyList<(StudyCell Cell, ulong Seed, IReadOnlyList<double> Point)> cells, StudyCells run, Shard shard) =>
        [.. cells.GroupBy(c => run.ModelOf(c.Cell)).Where((_, place) => shard.Owns(place)).SelectMany(group => group)];
}
