using Coda.Data.Archives;
using Coda.Data.Scoring;
using Coda.Data.Scoring.Differences;
using Coda.Figures.Drawing;
using Coda.Figures.Inputs;
using Coda.Reports.Gathering;
using static Coda.Figures.Figures;

namespace Coda.Reports.Sections;

/// <summary>Whether estimates are better than the first of their kind, by lead, field and sites, as <c>coda score</c> has it.</summary>
internal sealed class Scorecards : IReportSection
{
    /// <inheritdoc/>
    public string Title => "Better, worse, or not told apart";

    /// <inheritdoc/>
    public string Needs => "two tables of analyses, or of forecasts, of a record with a truth or withheld observations";

    /// <inheritdoc/>
    public bool IsPossible(ReportMaterial material) => material.Records.Any(
        r => RecordScores.IsPossible(r) && r.Tables.GroupBy(t => t.Table).Any(g => g.Count() > 1));

    /// <inheritdoc/>
    public IEnumerable<SectionPart> Make(ReportMaterial material)
    {
        foreach (var scores in material.Scores)
        {
            foreach (var tables in scores.Tables.GroupBy(t => t.Table.Table).Where(g => g.Count() > 1).Select(g => g.ToList()))
            {
                var (first, name) = (tables[0], scores.IsTruth ? RootMeanSquareError.Name : WithheldScoring.SquaredMisfit);
                var found = ScoreDifferences.Of(
                    (first.Table.Label, Of(first.Scores, name)), [.. tables.Skip(1).Select(t => (t.Table.Label, Of(t.Scores, name)))],
                    MultipleTests.BenjaminiHochberg);
                if (found.Count > 0)
                {
                    yield return Card(scores, tables, found);
                }
            }
        }
    }

    private static IReadOnlyList<ScoreSeries> Of(Workflows.Scoring.ScoredTable table, string score) => [.. table.Series.Where(s => s.Score == score)];

    private static Figure Card(
        RecordScores scores, List<(ReportedTable Table, Workflows.Scoring.ScoredTable Scores)> tables, IReadOnlyList<ScoreDifference> found)
    {
        var (kind, reference) = (tables[0].Table.Table, tables[0].Table.Label);
        var scale = new TimeScale(scores.Record.Description);
        var fields = found.Select(d => d.Part?.Field).Distinct().Count();
        var sites = found.Select(d => d.Sites).Distinct().Count();
        return Scorecard(
            scores.Record.Source(tables.Select(t => t.Table), $"p of {found.Count} tests by Benjamini and Hochberg, at the 5 % level"),
            scores.IsTruth ? "RMSE" : "Mean square misfit", reference, kind == ArchiveTable.Analyses ? "" : scale.LeadLabel,
            [.. found.Select(d => new ScorecardCell(Row(d), Column(d), d.Relative ?? double.NaN, d.Difference))]);

        string Row(ScoreDifference d) => string.Join(", ", new[]
        {
            d.Estimate, fields > 1 ? d.Part?.Field : null, sites > 1 ? d.Sites.ToString().ToLowerInvariant() : null,
        }.Where(word => word is not null));

        string Column(ScoreDifference d) => kind == ArchiveTable.Analyses ? "analyses" : FormattableString.Invariant($"{d.LeadTime:G4}");
    }
}
