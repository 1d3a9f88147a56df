using Coda.Data.Archives;
using Coda.Data.Time;
using Coda.Reports.Gathering;

namespace Coda.Reports.Sections;

/// <summary>Nominal against measured coverage of the bands that estimates have.</summary>
internal sealed class BandsHeld : IReportSection
{
    /// <inheritdoc/>
    public string Title => "Bands: nominal against measured coverage";

    /// <inheritdoc/>
    public string Needs => "analyses or forecasts with bands (--bands), of a record with a truth or withheld observations";

    /// <inheritdoc/>
    public bool IsPossible(ReportMaterial material) => material.Records.Any(r => RecordScores.IsPossible(r) && Banded(r).Any());

    /// <inheritdoc/>
    public IEnumerable<SectionPart> Make(ReportMaterial material)
    {
        foreach (var record in material.Records.Where(r => RecordScores.IsPossible(r) && Banded(r).Any()))
        {
            var (axis, rows) = (new TimeAxis(record.Description.StepLength), new List<IReadOnlyList<object?>>());
            foreach (var table in Banded(record))
            {
                var level = table.Note.BandLevel!.Value;
                rows.AddRange(RecordScores.CoverageOf(record, table, level, material).Select(s => (IReadOnlyList<object?>)
                [
                    table.Label, table.Table == ArchiveTable.Forecasts ? axis.TimeOf(s.Lead) : null, Percent(level), Percent(s.Share.Share),
                    Percent(s.Share.Lower), Percent(s.Share.Upper), s.Share.Contains(level) ? "yes" : "no", s.Share.Count,
                ]));
            }

            yield return SectionPart.Of(
                $"{record.Name}: the share of {What(record)}, in per cent, with 95 % intervals of as many draws as times that depend on each other are worth",
                ["estimates", "lead", "level", "measured", "from", "to", "level within", "of"], rows);
        }
    }

    private static IEnumerable<ReportedTable> Banded(ReportedRecord record) => record.Tables.Where(t => t.Note.BandLevel is not null);

    private static string What(ReportedRecord record) => record.HasTruth ? "the truth in bands of the state"
        : "withheld observations in bands of the state widened by their errors, which is the level's where errors are Gaussian";

    private static double Percent(double share) => Math.Round(100 * share, 2);
}
