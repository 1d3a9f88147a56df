using Coda.Data.Scoring;
using Coda.Figures.Inputs;
using Coda.Reports.Gathering;
using static Coda.Figures.Figures;

namespace Coda.Reports.Sections;

/// <summary>The errors of forecasts by lead, with their deviations over trajectories.</summary>
internal sealed class ErrorsByLead : IReportSection
{
    /// <inheritdoc/>
    public string Title => "Error by lead";

    /// <inheritdoc/>
    public string Needs => "forecasts of a record with a truth or withheld observations";

    /// <inheritdoc/>
    public bool IsPossible(ReportMaterial material) => material.Records.Any(r => r.Forecasts.Any() && RecordScores.IsPossible(r));

    /// <inheritdoc/>
    public IEnumerable<SectionPart> Make(ReportMaterial material)
    {
        foreach (var scores in material.Scores)
        {
            var forecasts = scores.Tables.Where(t => t.Table.Table == Data.Archives.ArchiveTable.Forecasts).ToList();
            foreach (var part in forecasts.SelectMany(t => t.Scores.Results).Select(r => r.Part).Distinct())
            {
                var curves = forecasts.Select(t => Curve(t.Table, Of(t.Scores.Results, scores, part))).Where(c => c.X.Count > 0).ToList();
                if (curves.Count > 0)
                {
                    var detail = $"{(part is null ? "" : $"{part.Field}, ")}band: standard deviation over trajectories";
                    yield return ErrorByLead(
                        scores.Record.Source(forecasts.Select(t => t.Table), detail), new TimeScale(scores.Record.Description), scores.Measure,
                        part?.Unit ?? scores.Record.Description.ValueUnit, curves);
                }
            }
        }
    }

    private static List<ScoreResult> Of(IReadOnlyList<ScoreResult> results, RecordScores scores, ScoredPart? part) =>
        [.. results.Where(r => r.Score == scores.Score && r.Part == part && r.Sites is ScoredSites.All or ScoredSites.Withheld)
            .OrderBy(r => r.Lead)];

    private static Curve Curve(ReportedTable table, List<ScoreResult> results) =>
        new(table.Label, [.. results.Select(r => r.LeadTime)], [.. results.Select(r => r.Value)])
        {
            Deviation = results.Any(r => r.Deviation is not null) ? [.. results.Select(r => r.Deviation ?? double.NaN)] : null,
        };
}
