using Coda.Data.Scoring;
using Coda.Figures.Drawing;
using Coda.Figures.Inputs;
using Coda.Reports.Gathering;
using static Coda.Figures.Figures;

namespace Coda.Reports.Sections;

/// <summary>Error and spread of analyses against time, over the whole record: means over blocks of steps and all trajectories.</summary>
internal sealed class ErrorsInTime : IReportSection
{
    private const int MostTables = 6;
    private const int MostSpreads = 3;

    /// <inheritdoc/>
    public string Title => "Error and spread against time";

    /// <inheritdoc/>
    public string Needs => "analyses of a record with a truth or withheld observations";

    /// <inheritdoc/>
    public bool IsPossible(ReportMaterial material) => material.Records.Any(r => r.Analyses.Any() && RecordScores.IsPossible(r));

    /// <inheritdoc/>
    public IEnumerable<SectionPart> Make(ReportMaterial material)
    {
        foreach (var scores in material.Scores)
        {
            var scale = new TimeScale(scores.Record.Description);
            foreach (var words in scores.NotDrawn(MostTables))
            {
                yield return words;
            }

            var tables = scores.Profiles.Take(MostTables).ToList();
            foreach (var (field, unit) in tables.SelectMany(t => t.Profiles).Select(p => (p.Field, p.Unit)).Distinct())
            {
                var curves = tables.SelectMany(t => t.Profiles.Where(p => p.Field == field).SelectMany(p => Curves(t.Table, p, scale, scores, tables.Count)));
                var length = tables.SelectMany(t => t.Profiles).First().Blocks[0].Steps.Count;
                var detail = FormattableString.Invariant($"{field}, means over {(length == 1 ? "" : $"{length} steps and ")}all trajectories");
                yield return ErrorInTime(
                    scores.Record.Source(tables.Select(t => t.Table), detail), scale, unit, [.. curves], scores.IsTruth ? "RMSE, spread" : scores.Measure);
            }
        }
    }

    // Errors as lines, spreads dashed in the same colour.
    private static IEnumerable<Curve> Curves(ReportedTable table, ErrorProfile profile, TimeScale scale, RecordScores scores, int tables)
    {
        double[] times = [.. profile.Blocks.Select(b => (scale.Of(b.Steps.Start) + scale.Of(b.Steps.End - 1)) / 2)];
        yield return new($"{table.Label}: {scores.Measure}", times, [.. profile.Blocks.Select(b => b.Error)])
        {
            Quantity = tables == 1 ? Quantity.Error : null, Series = table.Series,
        };
        if (tables <= MostSpreads && profile.Blocks.Any(b => double.IsFinite(b.Spread)))
        {
            yield return new($"{table.Label}: spread", times, [.. profile.Blocks.Select(b => b.Spread)])
            {
                Quantity = tables == 1 ? Quantity.Spread : null, Series = table.Series, IsReference = true,
            };
        }
    }
}
