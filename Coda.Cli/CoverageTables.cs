using Coda.Data.Coverage;
using Spectre.Console;

namespace Coda.Cli;

/// <summary>Bands and their coverage for people.</summary>
internal static class CoverageTables
{
    /// <summary>Writes the factors, then nominal against measured coverage.</summary>
    /// <param name="console">Where to write.</param>
    /// <param name="bands">The bands.</param>
    public static void Coverage(this IAnsiConsole console, CoverageBands bands)
    {
        console.Numbers(
            "Factors, by spread s: x ± f √(s² + c²) covers the state (an estimate, as good as its e²/s²), x ± q √(s² + σ²) a new observation (guaranteed where "
                + $"it is exchangeable with those withheld); separated: residuals at times more than {Lengths(bands)} steps apart",
            ["sites", "lead", "s below", "residuals", "separated", "c²", "e²/s²", "±", "kurtosis", .. bands.Levels.Select(l => $"f {Percent(l)}"),
                .. bands.Levels.Select(l => $"q {Percent(l)}")],
            bands.Groups.Select(group => (string[])
            [
                Words(group.Sites), Tables.Count(group.Lead), Tables.Number(group.SpreadBelow), Tables.Count(group.Count), Tables.Count(group.Separated),
                Tables.Number(group.Floor),
                Tables.Number(group.Scale.Variance), Tables.Number(group.Scale.StandardError), Tables.Number(group.Scale.Kurtosis, 2),
                .. group.StateFactors.Select(f => Tables.Number(f)), .. group.ObservationFactors.Select(q => Tables.Number(q)),
            ]));
        console.Numbers(
            "Nominal against measured coverage, in per cent with 95 % intervals, on withheld observations after those of the calibration",
            ["sites", "lead", "level", "observations", "from", "to", "of", "states", "from", "to"],
            bands.Measured.Select(m => (string[])
            [
                Words(m.Sites), Tables.Count(m.Lead), Percent(m.Level), Percent(m.Observations.Share), Percent(m.Observations.Lower),
                Percent(m.Observations.Upper), Tables.Count(m.Observations.Count), m.State is { } state ? Percent(state) : "not resolved",
                Percent(m.StateLower), Percent(m.StateUpper),
            ]));
    }

    /// <summary>Writes how many new observations were in their bands, where there are bands.</summary>
    /// <param name="console">Where to write.</param>
    /// <param name="trajectories">What is known of each trajectory's.</param>
    public static void Compared(this IAnsiConsole console, IReadOnlyList<(int Trajectory, CoverageReport Coverage)> trajectories)
    {
        if (trajectories.Count > 0)
        {
            console.Numbers(
                $"New observations in bands made before they were seen, in per cent with 95 % intervals, of the newest {AdaptiveCoverage.Measuring} times; "
                    + "factor: what the calibrated half-widths are multiplied by",
                ["trajectory", "times", "level", "measured", "from", "to", "of", "calibrated alone", "factor", "alarm since"],
                trajectories.Select(t => (string[])
                [
                    Tables.Count(t.Trajectory), Tables.Count(t.Coverage.Times), Percent(t.Coverage.Level), Percent(t.Coverage.Measured?.Share),
                    Percent(t.Coverage.Measured?.Lower), Percent(t.Coverage.Measured?.Upper), Tables.Count(t.Coverage.Measured?.Count ?? 0),
                    Percent(t.Coverage.Calibrated), t.Coverage.Factor is { } factor ? Tables.Number(factor) : "without end",
                    t.Coverage.AlarmSince is { } since ? Tables.Count(since) : "-",
                ]));
        }
    }

    private static string Lengths(CoverageBands bands) =>
        bands.Correlations.Values.Min() is var least && bands.Correlations.Values.Max() is var most && least == most
            ? Tables.Count(most) : $"{Tables.Count(least)} to {Tables.Count(most)}";

    private static string Words(CoveredSites sites) => sites == CoveredSites.Observed ? "observed" : "never observed";

    private static string Percent(double? share) => Tables.Number(100 * share, 1);
}
