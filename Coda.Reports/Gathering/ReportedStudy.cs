using Coda.Data.Archives.Stored;

namespace Coda.Reports.Gathering;

/// <summary>The results of a study: what varied, the seed, and what was measured.</summary>
/// <param name="Folder">Its folder.</param>
/// <param name="Description">What it asks, and the command, as results.md says it.</param>
/// <param name="Columns">The columns of its results.</param>
/// <param name="Rows">A number for each; NaN for none.</param>
internal sealed record ReportedStudy(
    string Folder, IReadOnlyList<string> Description, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<double>> Rows)
{
    /// <summary>The file with the results.</summary>
    public const string Results = "results.parquet";

    private const string Words = "results.md";

    /// <summary>The name of its folder.</summary>
    public string Name => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(Folder)));

    /// <summary>The number of columns that say what varied.</summary>
    public int Axes => Columns.Index().Where(c => c.Item == "seed").Select(c => c.Index).FirstOrDefault(-1);

    /// <summary>Reads a study.</summary>
    /// <param name="folder">Its folder.</param>
    /// <exception cref="InvalidDataException">The results are damaged, or no study's.</exception>
    public static ReportedStudy Read(string folder)
    {
        var path = Path.Combine(folder, Results);
        var (columns, rows) = NumberTable.Read(path);
        var words = Path.Combine(folder, Words);
        string[] said = File.Exists(words)
            ? [.. File.ReadLines(words).Take(4).Where(line => line.Length > 0 && line[0] != '|').Select(line => line.Trim())] : [];
        var study = new ReportedStudy(folder, said, columns, rows);
        return study.Axes >= 0 && rows.Count > 0 ? study : throw new InvalidDataException(
            $"{path}: expected the results of a study, with a column 'seed' and a row a cell, got {columns.Count} columns and {rows.Count} rows. "
                + "Run 'coda study' again.");
    }
}
