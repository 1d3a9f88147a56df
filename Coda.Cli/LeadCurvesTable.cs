using Coda.Data.Archives;
using Coda.Data.Scoring;
using Coda.Workflows.Scoring;
using Spectre.Console;

namespace Coda.Cli;

/// <summary>How the errors of forecasts grow with the lead, for whoever looks at a terminal.</summary>
internal static class LeadCurvesTable
{
    private const int Fewest = 3; // of leads; two are seen in the table

    /// <summary>Writes a curve for each table of forecasts; nothing to files and pipes, of single sites, or of few leads.</summary>
    /// <param name="console">Where to write.</param>
    /// <param name="scores">The scores.</param>
    public static void LeadCurves(this IAnsiConsole console, IReadOnlyList<ScoredTable> scores)
    {
        var curves = scores.Where(scored => scored.Table == ArchiveTable.Forecasts)
            .SelectMany(scored => scored.Results.Where(r => r.Score == RootMeanSquareError.Name && r.Part?.Site is null).GroupBy(r => (r.Sites, r.Part))
                .Select(group => (scored.Archive, group.Key, Results: group.OrderBy(r => r.Lead).ToList())))
            .Where(curve => curve.Results.Count >= Fewest).ToList();
        if (!console.Profile.Out.IsTerminal || curves.Count == 0)
        {
            return;
        }

        var parts = curves.Select(curve => curve.Key.Part).ToList();
        console.Words(
            "RMSE by lead",
            ["in", "sites", .. PartCells.Heads(parts), "", "from", "to"],
            curves.Select(curve => (string[])
            [
                curve.Archive,
                curve.Key.Sites.ToString().ToLowerInvariant(),
                .. PartCells.Of(curve.Key.Part, parts),
                Sparkline.On(console, [.. curve.Results.Select(r => r.Value)], curve.Results.Count) ?? "",
                At(curve.Results[0]),
                At(curve.Results[^1]),
            ]));
    }

    private static string At(ScoreResult result) => $"{Tables.Number(result.Value)} at {Tables.Number(result.LeadTime, 2)}";
}
