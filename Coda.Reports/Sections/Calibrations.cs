using Coda.Data.Archives;
using Coda.Data.Scoring;
using Coda.Reports.Gathering;
using static Coda.Figures.Figures;

namespace Coda.Reports.Sections;

/// <summary>Whether estimates are as far off as their spread says.</summary>
internal sealed class Calibrations : IReportSection
{
    private const int MostTables = 6;

    /// <inheritdoc/>
    public string Title => "Spread: rank histogram, error against spread";

    /// <inheritdoc/>
    public string Needs => "analyses or forecasts with a spread, of a record with a truth or withheld observations";

    /// <inheritdoc/>
    public bool IsPossible(ReportMaterial material) =>
        material.Records.Any(RecordScores.IsPossible) && material.Scores.Any(s => s.Tables.Any(t => t.Scores.Calibrations.Count > 0));

    /// <inheritdoc/>
    public IEnumerable<SectionPart> Make(ReportMaterial material)
    {
        foreach (var scores in material.Scores)
        {
            foreach (var table in new[] { ArchiveTable.Analyses, ArchiveTable.Forecasts })
            {
                var tables = scores.Tables.Where(t => t.Table.Table == table && t.Scores.Calibrations.Count > 0).Take(MostTables).ToList();
                foreach (var part in tables.SelectMany(t => t.Scores.Calibrations).Select(c => c.Part).Distinct())
                {
                    var chosen = Chosen(tables, table, part);
                    var source = scores.Record.Source(tables.Select(t => t.Table), $"{part?.Field ?? "all sites"}, against {scores.Against}");
                    yield return RankHistogram(source, chosen);
                    var series = table == ArchiveTable.Analyses ? tables.ToDictionary(t => t.Table.Label, t => t.Table.Series) : null;
                    yield return ErrorAgainstSpread(source, part?.Unit ?? scores.Record.Description.ValueUnit, chosen, series);
                }
            }
        }
    }

    // Of forecasts the first lead that has a spread and the last.
    private static Dictionary<string, Calibration> Chosen(
        List<(ReportedTable Table, Workflows.Scoring.ScoredTable Scores)> tables, ArchiveTable table, ScoredPart? part)
    {
        var chosen = new Dictionary<string, Calibration>();
        foreach (var (reported, scored) in tables)
        {
            var own = scored.Calibrations.Where(c => c.Sites is ScoredSites.All or ScoredSites.Withheld && c.Part == part).OrderBy(c => c.Lead).ToList();
            foreach (var calibration in table == ArchiveTable.Analyses ? own : own.Where((_, i) => i == 0 || i == own.Count - 1))
            {
                var lead = table == ArchiveTable.Analyses ? "" : FormattableString.Invariant($", lead {calibration.LeadTime:G4}");
                chosen[$"{reported.Label}{lead}"] = calibration;
            }
        }

        return chosen;
    }
}
