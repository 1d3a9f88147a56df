using System.Globalization;
using System.Text;
using Coda.Data.Archives.Stored;
using Coda.Data.Foundation;

namespace Coda.Workflows.Studying;

/// <summary>The results of a study as a table: one row a cell.</summary>
/// <param name="study">The study.</param>
/// <param name="results">Its cells' results.</param>
public sealed class StudyTable(Study study, IReadOnlyList<StudyResult> results)
{
    /// <summary>The columns: the axes, the seed, what was measured.</summary>
    public IReadOnlyList<string> Columns { get; } =
        [.. study.Axes.Select(a => a.Name), "seed", .. results.SelectMany(r => r.Numbers.Keys).Distinct()];

    /// <summary>A number for every column, NaN for none.</summary>
    public IReadOnlyList<IReadOnlyList<double>> Rows =>
        [.. results.Select(r => (IReadOnlyList<double>)
        [
            .. r.Point, r.Seed, .. Columns.Skip(study.Axes.Count + 1).Select(c => r.Numbers.TryGetValue(c, out var number) ? number : double.NaN),
        ])];

    /// <summary>The rows in words; a dash stands for no number.</summary>
    public IEnumerable<IReadOnlyList<string>> Words => Rows.Select(row => (IReadOnlyList<string>)[.. row.Select(Word)]);

    /// <summary>Writes results.parquet and results.md into a folder, in place of what is there and of halves that killed processes left.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="provenance">Where they come from, in words, such as the command.</param>
    public void Write(string folder, string provenance)
    {
        AtomicFile.RemoveLeft(folder, ["results.parquet", "results.md"]);
        NumberTable.Write(Path.Combine(folder, "results.parquet"), Columns, Rows);
        var text = new StringBuilder($"{study.Description}\n\n    {provenance}\n\n")
            .Append($"| {string.Join(" | ", Columns)} |\n|{string.Concat(Columns.Select(_ => "---:|"))}\n");
        foreach (var row in Words)
        {
            text.Append($"| {string.Join(" | ", row)} |\n");
        }

        AtomicFile.WriteText(Path.Combine(folder, "results.md"), text.ToString());
    }

    private string Word(double number, int column) =>
        column <= study.Axes.Count ? FormattableString.Invariant($"{number:G6}")
        : !double.IsFinite(number) ? "-"
        : number.ToString(IsTime(Columns[column]) ? "F1" : "F4", CultureInfo.InvariantCulture);

    private static bool IsTime(string column) => column == "core_minutes" || column.EndsWith("microseconds", StringComparison.Ordinal);
}
