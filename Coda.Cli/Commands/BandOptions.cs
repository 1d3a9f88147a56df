using System.CommandLine;
using Coda.Data.Archives;
using Coda.Workflows.Analyzing;

namespace Coda.Cli.Commands;

/// <summary>The options of commands whose estimates can have bands.</summary>
/// <param name="estimates">What they are, as in <c>analyses</c>.</param>
internal sealed class BandOptions(string estimates)
{
    private readonly Option<string?> _bands = new("--bands")
    {
        Description = $"A file of 'coda calibrate': the {estimates} get a column 'band', the half-width of a band around each entry that covers the state "
            + "with the level; 0 where a site is not covered.",
        HelpName = "FILE",
    };

    private readonly Option<double?> _level =
        new("--level") { Description = "Which level of the bands' file, as 0.9 (the middle one).", HelpName = "LEVEL" };

    /// <summary>The options.</summary>
    public IReadOnlyList<Option> All => [_bands, _level];

    /// <summary>What they demand of each other.</summary>
    public OptionRule Rule => OptionRule.Needs(_level, _bands);

    /// <summary>What was asked for; <see langword="null"/> for no bands.</summary>
    /// <param name="parsed">The command line.</param>
    public BandChoice? Of(ParseResult parsed) => parsed.GetValue(_bands) is { } file
        ? BandChoice.Read(CommonOptions.RequireFile(file, "bands, as 'coda calibrate' writes them"), parsed.GetValue(_level)) : null;

    /// <summary>The bands of a table in words; <see langword="null"/> where it has none.</summary>
    /// <param name="note">What the table says of itself.</param>
    public static string? Describe(TableNote note) =>
        note.BandLevel is { } level ? FormattableString.Invariant($"{100 * level:G4} % of the states, by their half-widths in the column 'band'") : null;
}
