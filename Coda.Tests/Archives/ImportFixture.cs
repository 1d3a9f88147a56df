using System.Globalization;
using System.Text;
using Coda.Data.Archives;
using Coda.Data.Archives.DuckDb;
using Coda.Data.Archives.Import;
using Coda.Data.Archives.Stored;

namespace Coda.Tests.Archives;

/// <summary>Imports small files that it writes, each into an archive of its own.</summary>
public abstract class ImportFixture
{
    private readonly TemporaryDirectory _directory = new();
    private int _files;

    [TestCleanup]
    public void RemoveDirectory() => _directory.Dispose();

    private protected static ImportOptions Each(double stepLength = 1) => new() { Files = [], StepLength = stepLength, Withheld = Withholding.None };

    private protected string NewFile(string extension) => _directory.File(string.Create(CultureInfo.InvariantCulture, $"file{_files++}{extension}"));

    private protected string Csv(params string[] lines) => Bytes(Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n"))));

    private protected string Bytes(byte[] bytes, string extension = ".csv")
    {
        var file = NewFile(extension);
        File.WriteAllBytes(file, bytes);
        return file;
    }

    /// <summary>Writes what a query gives.</summary>
    private protected string Parquet(string select, string extension = ".parquet")
    {
        var file = NewFile(extension);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        using var connection = DuckDbDatabase.Shared.Connect();
        connection.Execute($"COPY ({select}) TO {DuckDbConnection.Literal(file)} (FORMAT parquet)");
        return file;
    }

    private protected (ImportReport Report, string Cells, IReadOnlyList<string>? Names) Import(ImportOptions options, params string[] files)
    {
        var path = NewFile(".archive");
        var report = ObservationImport.Run(path, options with { Files = files });
        using var archive = ParquetArchive.Open(path);
        return (report, Cells(archive), archive.Description.SiteNames);
    }

    private protected void AssertFault(string expected, ImportOptions options, params string[] files)
    {
        var path = NewFile(".archive");
        var fault = Assert.ThrowsExactly<InvalidDataException>(() => ObservationImport.Run(path, options with { Files = files }));
        Assert.Contains(expected, fault.Message);
        Assert.IsFalse(Directory.Exists(path), "something was left behind");
    }

    /// <summary>The observations as <c>step:site=value</c>, in order.</summary>
    private protected static string Cells(ParquetArchive archive)
    {
        var (steps, sites) = (archive.Description.Steps, archive.Description.SiteCount);
        var stretch = archive.ReadObservations(0, steps, ObservationSubset.All);
        return string.Join(' ', Enumerable.Range(0, stretch.Mask.Length).Where(i => stretch.Mask[i] > 0).Select(i =>
            FormattableString.Invariant($"{steps.Start + (i / sites)}:{i % sites}={stretch.Values[i]}")));
    }
}
