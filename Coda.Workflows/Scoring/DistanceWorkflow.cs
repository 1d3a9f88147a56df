using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Foundation;
using Coda.Data.Scoring;
using Coda.Workflows.Progress;

namespace Coda.Workflows.Scoring;

/// <summary>Members of posteriors against those of a reference, by the distance of their marginals.</summary>
public static class DistanceWorkflow
{
    /// <summary>Compares every archive's members with the reference's.</summary>
    /// <param name="job">What to compare.</param>
    /// <param name="progress">Told how it gets on, and what makes distances hard to compare.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>A row for each archive and field.</returns>
    /// <exception cref="ArgumentException">No archive to compare, or one without members.</exception>
    /// <exception cref="InvalidDataException">Members of other sites.</exception>
    public static IReadOnlyList<DistanceOutcome> Run(DistanceJob job, IWorkflowProgress progress, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(progress);
        new Faults("distance").Require(job.Estimates.Count > 0, nameof(job.Estimates), "at least one archive", 0).ThrowIfAny();
        using var reference = ParquetArchive.Open(job.Reference, verifies: job.Verifies);
        var rows = new List<DistanceOutcome>();
        foreach (var path in job.Estimates)
        {
            using var estimates = ParquetArchive.Open(path, verifies: job.Verifies);
            reference.Description.RequireSameSites(estimates.Description, path);
            var (note, layout) = (estimates.Description.NoteOf(ArchiveTable.Analyses), reference.Description.Layout);
            var distances = progress.Run($"distance of {path}", _ => MemberDistances.Between(
                layout, estimates.ReadStates(ArchiveTable.Analyses), MembersOf(estimates), reference.ReadStates(ArchiveTable.Analyses),
                MembersOf(reference), job.Steps, cancellation));
            var first = rows.Count == 0 ? distances : [.. rows.Take(distances.Count).Select(r => r.Distance)];
            rows.AddRange(distances.Zip(first, (of, yardstick) =>
                new DistanceOutcome(path, note.Model, note.Members!.Value, of, of.Distance / yardstick.Distance)));
            foreach (var warning in note.Warnings ?? [])
            {
                progress.Warnings.Add(warning.Kind, $"{path}: {warning.Message}");
            }
        }

        if (rows.Select(r => r.Members).Distinct().Count() > 1)
        {
            progress.Warnings.Add(
                "other-members",
                $"Expected as many members in each archive, got {string.Join(", ", rows.Select(r => r.Members).Distinct())}: fewer members are farther from "
                    + "any reference by chance alone. Write the same number (coda analyze --members).");
        }

        return rows;
    }

    private static int MembersOf(ParquetArchive archive) => archive.Description.NoteOf(ArchiveTable.Analyses).Members
        ?? throw new ArgumentException(
            $"{archive.Path}: expected members of posteriors, got an archive without; write them with coda analyze --members COUNT.");
}
