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

    private readonly Option<double?> _level = Level();

    /// <summary>The options.</summary>
    public IReadOnlyList<Option> All => [_bands, _level];

    /// <summary><c>--bands</c> and <c>--level</c> where each of several estimates may have a file of its own.</summary>
    public static (Option<string[]> Bands, Option<double?> Level) Several() => (
        new("--bands")
        {
            Description = "Files of 'coda calibrate': replies get the half-widths of bands that cover the state with the level, of analyses (bands of the "
                + "model's network), of streams (of its nowcasts, or its cycle), or one file of each.",
            HelpName = "FILE", AllowMultipleArgumentsPerToken = true,
        },
        Level());

    /// <summary>What they demand of each other.</summary>
    public OptionRule Rule => OptionRule.Needs(_level, _bands);

    /// <summary><c>--adapt</c>: how fast bands follow.</summary>
    public static Option<double?> Adapt() => new("--adapt")
    {
        Description = "Let the bands follow drifts of the errors at this rate, from 0 to 1 (0.005): adaptive conformal inference. Without it they are only "
            + "held to the observations that come.",
        HelpName = "RATE",
    };

    /// <summary>The rule of an option that bands go with.</summary>
    /// <param name="option">The option.</param>
    public OptionRule Needs(Option option) => OptionRule.Needs(option, _bands);

    /// <summary>Reads a file of bands.</summary>
    /// <param name="file">The file.</param>
    /// <param name="level">Which of its levels; the middle one by default.</param>
    public static BandChoice Read(string file, double? level) =>
        BandChoice.Read(CommonOptions.RequireFile(file, "bands, as 'coda calibrate' writes them"), level);

    /// <summary>What was asked for; <see langword="null"/> for no bands.</summary>
    /// <param name="parsed">The command line.</param>
    public BandChoice? Of(ParseResult parsed) => parsed.GetValue(_bands) is { } file
        ? Read(file, parsed.GetValue(_level)) : null;

    /// <summary>The bands of a table in words; <see langword="null"/> where it has none.</summary>
    /// <param name="note">What the table says of itself.</param>
    public static string? Describe(TableNote note) =>
        note.BandLevel is { } level ? FormattableString.Invariant($"{100 * level:G4} % of the states, by their half-widths in the column 'band'") : null;

    private static Option<double?> Level() => new("--level") { Description = "Which level of the bands' file, as 0.9 (the middle one).", HelpName = "LEVEL" };
}
