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
    public const int LostRank = 7;
    public const int Interrupted = 130;

    /// <summary>Every code with its kind, as JSON names it, and its meaning, as the help prints it.</summary>
    public static IReadOnlyList<(int Code, string Kind, string Meaning)> All { get; } =
    [
        (Success, "success", "done"),
        (Unexpected, "unexpected", "unexpected; --verbose says more"),
        (Usage, "usage", "wrong arguments, options or names"),
        (BadData, "bad-data", "a file or archive is missing, damaged, or cannot be written"),
        (ModelMismatch, "model-mismatch", "model and archive, or model and its card, disagree"),
        (Diverged, "diverged", "a simulation, a training or every stretch of an analysis diverged"),
        (Warned, "warned", "done, but with warnings, and --strict was given"),
        (LostRank, "lost-rank", "another rank of the run was lost; files are whole, run the command again to go on"),
        (Interrupted, "interrupted", "interrupted; files are whole, run the command again to go on"),
    ];

    /// <summary>The kind of a code.</summary>
    /// <param name="code">A code among <see cref="All"/>.</param>
    public static string KindOf(int code) => All.Single(known => known.Code == code).Kind;

    /// <summary>The code of a run that came to its end.</summary>
    /// <param name="warnings">What it had to say against its results.</param>
    /// <param name="isStrict">Whether any warning counts.</param>
    public static int Of(IReadOnlyList<ResultWarning> warnings, bool isStrict) =>
        warnings.Any(w => w.IsFailure) ? Diverged
        : isStrict && warnings.Count > 0 ? Warned
        : Success;
}
