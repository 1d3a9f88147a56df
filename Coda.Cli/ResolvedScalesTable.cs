using Coda.Data.Scoring;
using Spectre.Console;

namespace Coda.Cli;

/// <summary>Resolved scales for people.</summary>
internal static class ResolvedScalesTable
{
    /// <summary>Writes down to which wavelengths estimates resolve the fields of a truth.</summary>
    /// <param name="console">Where to write.</param>
    /// <param name="spectra">Each with the name of what it is of.</param>
    public static void ResolvedScales(this IAnsiConsole console, IReadOnlyList<(string Of, ErrorSpectrum Result)> spectra) => console.Numbers(
        "Resolved scale: down to this wavelength, in grid lengths, the error has at most half of the truth's power (none: not even at the longest)",
        ["of", "field", "lead", "resolved", "longest", "shortest", "states"],
        spectra.Select(s => (string[])
        [
            s.Of, s.Result.Field, Tables.Number(s.Result.LeadTime, 2), s.Result.ResolvedScale is { } scale ? Tables.Number(scale, 2) : "none",
            Tables.Number(s.Result.Wavelengths[0], 2), Tables.Number(s.Result.Wavelengths[^1], 2), Tables.Count(s.Result.Count),
        ]));
}
