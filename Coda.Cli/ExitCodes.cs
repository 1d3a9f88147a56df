using Coda.Data.Foundation;

namespace Coda.Cli;

/// <summary>What the command's exit code says.</summary>
internal static class ExitCodes
{
    public const int Success = 0;
    public const int Unexpected = 1;
    public const int Usage = 2;
    public const int BadData = 3;
    public const int ModelMismatch = 4;
    public const int Diverged = 5;
    public const int Warned = 6;
    public const int Interrupted = 130;

    /// <summary>Every code with its meaning, as the help prints them.</summary>
    public static IReadOnlyList<(int Code, string Meaning)> All { get; } =
    [
        (Success, "done"),
        (Unexpected, "unexpected; --verbose says more"),
        (Usage, "wrong arguments, options or names"),
        (BadData, "a file or archive is missing, damaged, or cannot be written"),
        (ModelMismatch, "model and archive, or model and its card, disagree"),
        (Diverged, "a simulation, a training or every stretch of an analysis diverged"),
        (Warned, "done, but with warnings, and --strict was given"),
        (Interrupted, "interrupted; files are whole, run the command again to go on"),
    ];

    /// <summary>The code of a run that came to its end.</summary>
    /// <param name="warnings">What it had to say against its results.</param>
    /// <param name="isStrict">Whether any warning counts.</param>
    public static int Of(IReadOnlyList<ResultWarning> warnings, bool isStrict) =>
        warnings.Any(w => w.IsFailure) ? Diverged
        : isStrict && warnings.Count > 0 ? Warned
        : Success;
}
