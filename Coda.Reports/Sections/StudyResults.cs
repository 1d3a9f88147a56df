using Coda.Figures.Drawing;
using Coda.Figures.Inputs;
using Coda.Reports.Gathering;
using static Coda.Figures.Figures;

namespace Coda.Reports.Sections;

/// <summary>The results of studies: all of them as a table, and the errors against what was varied.</summary>
internal sealed class StudyResults : IReportSection
{
    private const string Error = "rmse";
    private const int LongestName = 100;

    /// <inheritdoc/>
    public string Title => "Study";

    /// <inheritdoc/>
    public string Needs => "a study's folder";

    /// <inheritdoc/>
    public bool IsPossible(ReportMaterial material) => material.Studies.Count > 0;

    /// <inheritdoc/>
    public IEnumerable<SectionPart> Make(ReportMaterial material)
    {
        foreach (var study in material.Studies)
        {
            yield return $"{study.Name}: {string.Join(" ", study.Description)}";
            yield return SectionPart.Of(
                $"Results of {study.Name}", study.Columns, [.. study.Rows.Select(row => (IReadOnlyList<object?>)[.. row.Select(number => (object?)number)])]);
            foreach (var (measure, place) in study.Columns.Index().Where(c => c.Item.EndsWith(Error, StringComparison.Ordinal)).Select(c => (c.Item, c.Index)))
            {
                for (var axis = 0; axis < study.Axes; axis++)
                {
                    if (study.Rows.Select(r => r[axis]).Distinct().Skip(1).Any())
                    {
                        yield return OfCurves(
                            NameOf($"study-{measure}-{study.Columns[axis]}"), $"{measure} against {study.Columns[axis]}",
                            new FigureSource(null) { Detail = $"study {study.Name}, means over seeds" }, study.Columns[axis], measure,
                            Curves(study, axis, place));
                    }
                }
            }
        }
    }

    // Columns are named by whoever wrote the file; a picture's name is also its file's, and lies in the folder that was asked for.
    private static string NameOf(string words) =>
        new([.. words.Take(LongestName).Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')]);

    // A curve for each combination of the other axes.
    private static List<Curve> Curves(ReportedStudy study, int axis, int measure)
    {
        var others = Enumerable.Range(0, study.Axes).Where(other => other != axis && study.Rows.Select(r => r[other]).Distinct().Skip(1).Any()).ToList();
        return
        [
            .. study.Rows.GroupBy(row => string.Join(", ", others.Select(o => FormattableString.Invariant($"{study.Columns[o]} {row[o]:G4}")))).Select(group =>
            {
                var points = group.GroupBy(row => row[axis]).OrderBy(p => p.Key)
                    .Select(p => (X: p.Key, Y: p.Select(r => r[measure]).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average())).ToList();
                return new Curve(group.Key.Length > 0 ? group.Key : study.Columns[measure], [.. points.Select(p => p.X)], [.. points.Select(p => p.Y)]);
            }),
        ];
    }
}
