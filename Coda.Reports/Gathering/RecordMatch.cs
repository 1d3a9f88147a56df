using System.Globalization;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Time;

namespace Coda.Reports.Gathering;

/// <summary>Finds for every table of estimates the record that it is of.</summary>
internal static class RecordMatch
{
    private const long ShownSteps = 400;

    /// <summary>The records among archives, each with its tables.</summary>
    /// <param name="archives">The archives.</param>
    /// <param name="job">Which states are shown.</param>
    /// <exception cref="ArgumentException">A record has no such trajectory, or none of the steps.</exception>
    public static IReadOnlyList<ReportedRecord> Of(IReadOnlyList<ParquetArchive> archives, ReportJob job)
    {
        var observed = archives.Where(a => a.HasTable(ArchiveTable.Observations)).ToList();
        List<(ParquetArchive Record, ParquetArchive Archive, ArchiveTable Table)> tables = [];
        foreach (var archive in archives)
        {
            foreach (var table in new[] { ArchiveTable.Analyses, ArchiveTable.Forecasts }.Where(archive.HasTable))
            {
                var record = archive.HasTable(ArchiveTable.Observations) ? archive : Match(observed, archive, table);
                tables.Add((record, archive, table));
            }
        }

        var others = archives.Where(archive => observed.Contains(archive) || tables.TrueForAll(t => t.Archive != archive)); // a truth alone among them
        return
        [
            .. others.Union(tables.Select(t => t.Record)).Select(record => new ReportedRecord(
                record, Labelled([.. tables.Where(t => ReferenceEquals(t.Record, record)).Select(t => (t.Archive, t.Table)).OrderBy(t => t.Table)]))
            {
                Shown = Shown(record, job),
            }),
        ];
    }

    // By the checksums of what they were made from; else by a record of the same extent and sites, one with a truth first. Alone where there is none.
    private static ParquetArchive Match(List<ParquetArchive> observed, ParquetArchive archive, ArchiveTable table)
    {
        var from = archive.Description.ObservationsOf(table);
        var alike = observed.Where(o => IsAlike(o.Description, archive.Description)).ToList();
        return alike.Find(o => from is not null && o.Description.DigestOf(ArchiveTable.Observations) == from)
            ?? alike.Find(o => o.HasTable(ArchiveTable.Truth)) ?? alike.FirstOrDefault() ?? archive;
    }

    private static bool IsAlike(ArchiveDescription record, ArchiveDescription estimates) =>
        record.TrajectoryCount == estimates.TrajectoryCount && record.Steps == estimates.Steps && record.SiteCount == estimates.SiteCount
        && TimeAxis.IsSameStep(record.StepLength, estimates.StepLength) && record.Sites().DifferenceTo(estimates.Sites()) is null;

    private static IReadOnlyList<ReportedTable> Labelled(IReadOnlyList<(ParquetArchive Archive, ArchiveTable Table)> tables)
    {
        Func<(ParquetArchive Archive, ArchiveTable Table), string>[] words =
        [
            t => Method(t) ?? NameOf(t.Archive), t => $"{Method(t)} ({NameOf(t.Archive)})", t => $"{Method(t)} ({ParentOf(t.Archive)}/{NameOf(t.Archive)})",
            t => $"{Method(t)} ({t.Archive.Path})",
        ];
        return
        [
            .. tables.Index().Select(t => new ReportedTable(t.Item.Archive, t.Item.Table, Label(t.Item))
            {
                Series = tables.Take(t.Index).Count(other => other.Table == t.Item.Table),
            }),
        ];

        string Label((ParquetArchive Archive, ArchiveTable Table) table) => (Array.Find(words, word => IsTold(word, table)) ?? words[^1])(table);

        bool IsTold(Func<(ParquetArchive Archive, ArchiveTable Table), string> word, (ParquetArchive Archive, ArchiveTable Table) table) =>
            tables.Count(other => other.Table == table.Table && word(other) == word(table)) == 1;
    }

    private static string? Method((ParquetArchive Archive, ArchiveTable Table) of)
    {
        var (archive, table) = of;
        return archive.Description.Origins?.GetValueOrDefault(table.ToString().ToLowerInvariant())?.GetValueOrDefault("method")?.Split(' ')[0];
    }

    private static string? ParentOf(ParquetArchive archive) =>
        Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(Path.TrimEndingDirectorySeparator(archive.Path))));

    private static string NameOf(ParquetArchive archive) => Path.GetFileName(Path.TrimEndingDirectorySeparator(archive.Path));

    private static RecordRange Shown(ParquetArchive archive, ReportJob job)
    {
        var description = archive.Description;
        var trajectory = job.Trajectory is null ? 0 : Trajectory(archive, job.Trajectory);
        var wanted = job.Steps ?? new(description.Steps.Start, description.Steps.Start + ShownSteps);
        var steps = wanted.Intersect(description.Steps);
        return steps.Count > 0 ? new(trajectory, 1, steps) : throw new ArgumentException(
            $"--steps: expected some of the steps {description.Steps} of {archive.Path}, got {wanted}.");
    }

    private static int Trajectory(ParquetArchive archive, string wanted)
    {
        var description = archive.Description;
        var all = Enumerable.Range(0, description.TrajectoryCount);
        foreach (var trajectory in all.Where(t => description.NameOf(t) == wanted).Concat(all.Where(t => t.ToString(CultureInfo.InvariantCulture) == wanted)))
        {
            return trajectory;
        }

        throw new ArgumentException(
            $"--trajectory: expected one of the {description.TrajectoryCount} trajectories of {archive.Path}, by name or number from 0, got '{wanted}'.");
    }
}
