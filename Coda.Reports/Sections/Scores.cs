using Coda.Data.Archives;
using Coda.Data.Scoring;
using Coda.Reports.Gathering;

namespace Coda.Reports.Sections;

/// <summary>The scores of every estimate, as <c>coda score</c> has them.</summary>
internal sealed class Scores : IReportSection
{
    /// <inheritdoc/>
    public string Title => "Scores";

    /// <inheritdoc/>
    public string Needs => "analyses or forecasts of a record with a truth or withheld observations";

    /// <inheritdoc/>
    public bool IsPossible(ReportMaterial material) => material.Records.Any(RecordScores.IsPossible);

    /// <inheritdoc/>
    public IEnumerable<SectionPart> Make(ReportMaterial material)
    {
        foreach (var scores in material.Scores.Where(s => s.Tables.Count > 0))
        {
            var margin = material.Job.Margin > 0 ? $", without {material.Job.Margin} steps at each end" : "";
            yield return SectionPart.Of(
                $"{scores.Record.Name} against {scores.Against}{margin}; ± is the standard deviation over trajectories, ratio is spread over error",
                ["estimate", "of", "sites", "field", "lead", scores.Measure, "±", "bias", "spread", "ratio", "CRPS", "count"],
                [.. scores.Tables.SelectMany(t => Rows(t.Table, t.Scores.Results, t.Scores.Calibrations, scores.Score))]);
        }
    }

    private static IEnumerable<IReadOnlyList<object?>> Rows(
        ReportedTable table, IReadOnlyList<ScoreResult> results, IReadOnlyList<Calibration> calibrations, string score)
    {
        foreach (var group in results.GroupBy(r => (r.Sites, r.Lead, r.Part)))
        {
            ScoreResult? Of(string name) => group.FirstOrDefault(r => r.Score == name);
            var calibration = calibrations.FirstOrDefault(c => (c.Sites, c.Lead, c.Part) == group.Key);
            yield return
            [
                table.Label, table.Table.ToString().ToLowerInvariant(), group.Key.Sites.ToString().ToLowerInvariant(), Words(group.Key.Part),
                table.Table == ArchiveTable.Forecasts ? group.First().LeadTime : null, Of(score)?.Value, Of(score)?.Deviation, Of(Bias.Name)?.Value,
                Of(Spread.Name)?.Value ?? calibration?.Spread, calibration?.Ratio, Of(ContinuousRankedProbability.Name)?.Value, group.First().Count,
            ];
        }
    }

    private static string? Words(ScoredPart? part) => part is null ? null : part.Unit == "1" ? part.Field : $"{part.Field} ({part.Unit})";
}
