using System.Text;
using Coda.Data.Archives;
using Coda.Data.Foundation;

namespace Coda.Cli.Studies;

/// <summary>The results of a study as a table: one row a cell.</summary>
/// <param name="study">The study.</param>
/// <param name="results">Its cells' results.</param>
internal sealed class StudyTable(Study study, IReadOnlyList<StudyResult> results)
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

    /// <summary>The rows in words.</summary>
    public IEnumerable<string[]> Words => Rows.Select(row => (string[])
        [.. row.Select((number, i) => i <= study.Axes.Count ? FormattableString.Invariant($"{number:G6}") : Tables.Number(number, Columns[i] == "core_minutes" || Columns[i].EndsWith("microseconds", StringComparison.Ordinal) ? 1 : 4))]);

    /// <summary>Writes results.parquet and results.md into a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="command">The command that made them.</param>
    public void Write(string folder, string command)
    {
        NumberTable.Write(Path.Combine(folder, "results.parquet"), Columns, Rows);
        var text = new StringBuilder($"{study.Description}\n\n    {command}\n\n| {string.Join(" | ", Columns)} |\n|{string.Concat(Columns.Select(_ => "---:|"))}\n");
        foreach (var row in Words)
        {
            text.Append($"| {string.Join(" | ", row)} |\n");
        }

        AtomicFile.WriteText(Path.Combine(folder, "results.md"), text.ToString());
    }
}
