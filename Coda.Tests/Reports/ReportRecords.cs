using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Dynamics;
using Coda.Tests.Archives;

namespace Coda.Tests.Reports;

/// <summary>Small archives to report of.</summary>
internal static class ReportRecords
{
    public const string Hostile = "<img src=x onerror=alert(1)>";

    /// <summary>Observations, truth, and analyses with a spread: a ring of 16 sites.</summary>
    public static ArchiveDescription Write(string path, int steps = 100, int trajectories = 2)
    {
        var description = ArchiveExamples.Description(sites: 16, steps: steps, trajectories: trajectories);
        using var archive = ParquetArchive.Create(path, description);
        archive.WriteStates(ArchiveTable.Truth, States(description, hasSpread: false));
        archive.WriteObservations(ArchiveExamples.Stretches(description));
        archive.WriteStates(ArchiveTable.Analyses, States(description, hasSpread: true), new TableNote
        {
            LookAhead = 3, Model = "model: example", Warnings = [new("unsound-stretches", "Method 'polished': 2 of 9 stretches did not converge.")],
            Unsound = new([new(0, new(10, 30), StretchFault.Failed), new(trajectories - 1, new(50, 60), StretchFault.Relaxed)]),
        });
        return description;
    }

    /// <summary>Truth, observations of which some are withheld, and analyses with bands, of three variables.</summary>
    public static void WriteBanded(string path, bool hasTruth)
    {
        var description = ArchiveExamples.Description(sites: 3, steps: 60) with { Layout = StateLayout.Of("a", "b", "c"), Withheld = new(0.3, 1) };
        using var archive = ParquetArchive.Create(path, description);
        if (hasTruth)
        {
            archive.WriteStates(ArchiveTable.Truth, States(description, hasSpread: false));
        }

        archive.WriteObservations(ArchiveExamples.Stretches(description));
        var analyses = States(description, hasSpread: true).Select(b => b with { Band = b.Spread!.Value.ToArray().Select(s => 2 * s).ToArray() });
        archive.WriteStates(ArchiveTable.Analyses, analyses, new TableNote { LookAhead = 0, Model = "model: example", BandLevel = 0.9 });
    }

    /// <summary>Three variables whose first has a name that would be run, observed only.</summary>
    public static void WriteHostile(string path)
    {
        var description = ArchiveExamples.Description(sites: 3, steps: 40) with
        {
            System = null,
            Layout = StateLayout.Of("a", "b", "c"),
            SiteNames = [Hostile, "b & c", "\"quoted\""],
            Provenance = "<script>alert(2)</script>",
            ValueUnit = "<b>m</b>",
        };
        using var archive = ParquetArchive.Create(path, description);
        archive.WriteObservations(ArchiveExamples.Stretches(description));
    }

    private static IEnumerable<StateBlock> States(ArchiveDescription description, bool hasSpread) =>
        from trajectory in Enumerable.Range(0, description.TrajectoryCount)
        select Block(trajectory, (int)description.Steps.Count, description.Layout.Size, hasSpread);

    private static StateBlock Block(int trajectory, int steps, int size, bool hasSpread)
    {
        var block = ArchiveExamples.Block(trajectory, 0, steps, size, hasSpread: hasSpread, lead: hasSpread ? 1 : 0) with { Lead = 0 };
        return hasSpread ? block with { Spread = block.Spread!.Value.ToArray().Select(s => 0.1f + Math.Abs(s)).ToArray() } : block;
    }
}
