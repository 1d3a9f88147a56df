using Coda.Data.Archives.Import;
using Coda.Data.Archives.Stored;

namespace Coda.Tests.Interop;

/// <summary>What an import told and wrote.</summary>
/// <param name="Report">What it told.</param>
/// <param name="SiteNames">The sites' names, where they have any.</param>
/// <param name="Arrays">Mask, values and sigma of every trajectory.</param>
internal sealed record ImportedObservations(ImportReport Report, string[]? SiteNames, float[]?[] Arrays)
{
    /// <summary>Imports a file into a directory beside it.</summary>
    public static ImportedObservations From(ForeignTable table, string path)
    {
        var report = ObservationImport.Run($"{path}.archive", table.Options with { Files = [path] });
        using var archive = ParquetArchive.Open($"{path}.archive");
        var stretches = Enumerable.Range(0, report.TrajectoryCount).Select(run => archive.ReadObservations(run, report.Steps));
        var arrays = stretches.SelectMany(stretch => new[] { stretch.Mask, stretch.Values, stretch.Sigma });
        return new(report, archive.Description.SiteNames?.ToArray(), [.. arrays]);
    }

    public void AssertEquals(ImportedObservations expected)
    {
        Assert.AreEqual(expected.Report, Report);
        CollectionAssert.AreEqual(expected.SiteNames, SiteNames);
        foreach (var (wanted, got) in expected.Arrays.Zip(Arrays))
        {
            CollectionAssert.AreEqual(wanted, got);
        }
    }
}
