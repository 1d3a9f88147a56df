using Coda.Data.Scoring;
using Spectre.Console;

namespace Coda.Cli;

/// <summary>Calibrations for people.</summary>
internal static class CalibrationTables
{
    /// <summary>Writes the rank histograms, then the errors by spread.</summary>
    /// <param name="console">Where to write.</param>
    /// <param name="calibrations">Each with the name of what it is of.</param>
    public static void Calibrations(this IAnsiConsole console, IReadOnlyList<(string Of, Calibration Result)> calibrations)
    {
        var parts = calibrations.Select(c => c.Result.Part).ToList();
        console.Numbers(
            "Rank histogram: the share of entries in each tenth of the probability integral transform, in per cent; "
                + "10 everywhere is calibrated, a U overconfident. Deviation is the sum of |share - 1/10|",
            ["of", "sites", .. PartCells.Heads(parts), "lead", .. Enumerable.Range(0, 10).Select(i => $".{i}-"), "deviation"],
            calibrations.Select(
                c => (string[])
                [
                    .. Head(c, parts), .. c.Result.Histogram.Select(share => Tables.Number(100 * share, 1)), Tables.Number(c.Result.HistogramDeviation),
                ]));
        console.Numbers(
            "Error by spread: entries sorted by spread, in bins of about as many each; the misfit has the errors of withheld observations in it",
            ["of", "sites", .. PartCells.Heads(parts), "lead", "spread", "misfit", "RMSE", "ratio", "entries"],
            calibrations.SelectMany(c => c.Result.Bins.Select(bin => (string[])
            [
                .. Head(c, parts), Tables.Number(bin.Spread), Tables.Number(bin.Misfit),
                bin.RootMeanSquareError is { } error ? Tables.Number(error) : "not resolved",
                Tables.Number(bin.RootMeanSquareError > 0 ? bin.Spread / bin.RootMeanSquareError : null), Tables.Count(bin.Count),
            ])));
    }

    private static string[] Head((string Of, Calibration Result) c, IReadOnlyCollection<ScoredPart?> parts) =>
        [c.Of, c.Result.Sites.ToString().ToLowerInvariant(), .. PartCells.Of(c.Result.Part, parts), Tables.Number(c.Result.LeadTime, 2)];
}
