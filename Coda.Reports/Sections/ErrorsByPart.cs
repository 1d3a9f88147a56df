using Coda.Data.Archives;
using Coda.Data.Scoring;
using Coda.Figures.Drawing;
using Coda.Figures.Inputs;
using Coda.Reports.Gathering;
using static Coda.Figures.Figures;

namespace Coda.Reports.Sections;

/// <summary>Where analyses are off: by entry of the state or by site, and on maps for fields of two dimensions.</summary>
internal sealed class ErrorsByPart : IReportSection
{
    private const int MostPlaces = 400;
    private const int MostTables = 4;

    /// <inheritdoc/>
    public string Title => "Error by site and field";

    /// <inheritdoc/>
    public string Needs => "analyses of several sites or fields of a record with a truth or withheld observations";

    /// <inheritdoc/>
    public bool IsPossible(ReportMaterial material) => material.Records.Any(r => r.Analyses.Any() && RecordScores.IsPossible(r));

    /// <inheritdoc/>
    public IEnumerable<SectionPart> Make(ReportMaterial material)
    {
        foreach (var scores in material.Scores)
        {
            if (ByField(scores) is { } fields)
            {
                yield return fields;
            }

            foreach (var words in scores.NotDrawn(MostTables))
            {
                yield return words;
            }

            var tables = scores.Profiles.Take(MostTables).ToList();
            foreach (var field in tables.SelectMany(t => t.Profiles).Select(p => p.Field).Distinct())
            {
                var profiles = tables.Select(t => (t.Table, Profile: t.Profiles.FirstOrDefault(p => p.Field == field))).Where(t => t.Profile is not null)
                    .Select(t => (t.Table, t.Profile!)).ToList();
                if (Picture(scores, field, profiles) is { } picture)
                {
                    yield return picture;
                }
            }
        }
    }

    // Fields of one unit beside each other; of several, the table of scores has them.
    private static Figure? ByField(RecordScores scores)
    {
        var tables = scores.Tables.Where(t => t.Table.Table == ArchiveTable.Analyses).Take(MostTables).ToList();
        var parts = tables.SelectMany(t => t.Scores.Results).Select(r => r.Part).OfType<ScoredPart>().Distinct().ToList();
        if (parts.Count < 2 || parts.Any(p => p.Unit != parts[0].Unit))
        {
            return null;
        }

        var errors = new Dictionary<string, IReadOnlyList<PartError>>();
        foreach (var (table, scored) in tables)
        {
            errors[table.Label] = [.. parts.Select(part => ErrorOf(scored.Results.FirstOrDefault(
                r => r.Score == scores.Score && r.Part == part && r.Sites is ScoredSites.All or ScoredSites.Withheld), part))];
        }

        var measure = parts[0].Unit == "1" ? scores.Measure : $"{scores.Measure} ({parts[0].Unit})";
        var source = scores.Record.Source(tables.Select(t => t.Table), "bars: standard deviation over trajectories");
        return ErrorByPart(source, "field", measure, errors, tables.ToDictionary(t => t.Table.Label, t => t.Table.Series));
    }

    private static PartError ErrorOf(ScoreResult? result, ScoredPart part) => new(part.Field, result?.Value ?? double.NaN, result?.Deviation ?? double.NaN);

    private static Figure? Picture(RecordScores scores, string field, List<(ReportedTable Table, ErrorProfile Profile)> profiles)
    {
        var description = scores.Record.Description;
        var grid = description.Layout.Fields.First(f => f.Name == field).Grid;
        var (measure, unit) = (scores.IsTruth ? "mean absolute error" : "misfit", profiles[0].Profile.Unit);
        if (scores.IsTruth && grid.Shape.Count == 2 && grid.Shape.All(n => n > 1))
        {
            return Map(
                scores.Record.Source([profiles[0].Table], $"{measure} at each site"), field, unit,
                [new($"{measure}: {profiles[0].Table.Label}", Quantity.Spread, OnGrid(profiles[0].Profile, grid.Shape[0], grid.Shape[1]))]);
        }

        if (profiles.Max(p => p.Profile.Places.Count) is < 2 or > MostPlaces)
        {
            return null;
        }

        var names = NamesOf(description, field, scores.IsTruth);
        var errors = new Dictionary<string, IReadOnlyList<PartError>>();
        foreach (var (table, profile) in profiles.Where(p => p.Profile.Places.Count == profiles[0].Profile.Places.Count))
        {
            errors[table.Label] = [.. profile.Places.Select(p => new PartError(names(p.Index), p.Error, p.Deviation))];
        }

        var detail = $"{field}; bars: standard deviation over trajectories";
        return ErrorByPart(
            scores.Record.Source(profiles.Select(p => p.Table), detail), "site", unit == "1" ? measure : $"{measure} ({unit})", errors,
            profiles.ToDictionary(p => p.Table.Label, p => p.Table.Series));
    }

    private static Func<int, string> NamesOf(ArchiveDescription description, string field, bool isTruth)
    {
        var (sites, offset) = (description.Sites(), description.Layout.OffsetOf(field));
        var entries = sites.EntryNames();
        return isTruth ? place => entries[offset + place] : site => sites.Names?[site] ?? sites.EntryAt(site);
    }

    private static double[,] OnGrid(ErrorProfile profile, int rows, int columns)
    {
        var grid = new double[rows, columns];
        foreach (var place in profile.Places)
        {
            grid[place.Index / columns, place.Index % columns] = place.Error;
        }

        return grid;
    }
}
