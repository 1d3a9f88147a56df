using Coda.Data.Scoring;
using Coda.Data.Scoring.Differences;
using Spectre.Console;

namespace Coda.Cli;

/// <summary>Paired differences for people.</summary>
internal static class DifferencesTable
{
    /// <summary>Writes the differences of one score: each with its interval, its verdict, and what it would take to tell more.</summary>
    /// <param name="console">Where to write.</param>
    /// <param name="differences">All differences.</param>
    /// <param name="isTruth">Whether they are against the truth.</param>
    /// <param name="correction">How several tests are allowed for, in words.</param>
    public static void Differences(this IAnsiConsole console, IReadOnlyList<ScoreDifference> differences, bool isTruth, string correction)
    {
        var shown = differences.Where(d => d.Score == (isTruth ? RootMeanSquareError.Name : WithheldScoring.SquaredMisfit)).ToList();
        if (shown.Count == 0)
        {
            return;
        }

        var parts = shown.Select(d => d.Part).ToList();
        var tests = string.Join(" and ", shown.GroupBy(d => d.Reference).Select(g => g.Count()));
        var hasLeads = shown.Exists(d => d.Lead != 0);
        console.Numbers(
            $"Differences from {string.Join(" and ", shown.Select(d => d.Reference).Distinct())}, paired in time, of the "
                + $"{(isTruth ? "RMSE" : "mean square misfit")}: below 0 is better; p and verdict allow for {tests} tests ({correction}), the 95 % do "
                + "not; more is what would tell them apart 4 times of 5",
            [
                "of", "sites", .. PartCells.Heads(parts), .. hasLeads ? ["lead"] : Array.Empty<string>(),
                "difference", "95 %", "in %", "p", "effective", "", "more",
            ],
            shown.Select(d => (string[])
            [
                d.Estimate, d.Sites.ToString().ToLowerInvariant(), .. PartCells.Of(d.Part, parts),
                .. hasLeads ? [Tables.Number(d.LeadTime, 2)] : Array.Empty<string>(),
                Tables.Number(d.Difference.Value, 4), Interval(d.Difference), Tables.Number(100 * d.Relative, 1), Tables.Number(d.Difference.AdjustedP),
                d.Difference.Effective is { } effective ? Tables.Count(Math.Min((long)effective, d.Difference.Count)) : "-",
                Verdict(d.Difference), More(d.Difference),
            ]));
    }

    private static string Verdict(PairedDifference difference) => difference.Verdict switch
    {
        DifferenceVerdict.Better => "better",
        DifferenceVerdict.Worse => "worse",
        _ => difference.P is null ? "not told apart: too little" : "not told apart",
    };

    private static string Interval(PairedDifference difference) =>
        difference.Low is null ? "-" : $"{Tables.Number(difference.Low, 4)} to {Tables.Number(difference.High, 4)}";

    private static string More(PairedDifference difference) => difference switch
    {
        { P: null } => difference.Interval,
        { MoreTrajectories: { } records, MoreValues: { } values } =>
            $"{Tables.Count(records)} {(records == 1 ? "trajectory" : "trajectories")} or {Tables.Count(values)} {(values == 1 ? "value" : "values")}",
        _ => "",
    };
}
