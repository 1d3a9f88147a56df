using System.Reflection;
using System.Text.RegularExpressions;
using Coda.Clusters.Ranks;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;

namespace Coda.Cli;

/// <summary>Turns an exception into one line and an exit code.</summary>
internal static partial class ErrorHandling
{
    /// <summary>What is said of a command that is ended because it has not come to an end in time.</summary>
    public const string Overdue = "interrupted; what was under way did not come to an end in time and is dropped, every file is whole. Run the same command "
        + "again to go on.";

    /// <summary>The exit code and the line for a fault.</summary>
    /// <param name="fault">What was thrown.</param>
    public static (int ExitCode, string Message) Describe(Exception fault) => fault switch
    {
        AggregateException { InnerExceptions: [var first, ..] } => Describe(first), // of several workers
        TypeInitializationException { InnerException: { } inner } => Describe(inner),
        TargetInvocationException { InnerException: { } inner } => Describe(inner),
        LostRankException { ExitCode: var code } => (code ?? ExitCodes.LostRank, OneLine(fault)),
        OperationCanceledException => (ExitCodes.Interrupted, "interrupted; every file is whole. Run the same command again to go on."),
        ModelMismatchException => (ExitCodes.ModelMismatch, OneLine(fault)),
        DivergenceException => (ExitCodes.Diverged, OneLine(fault)),
        ArgumentException => (ExitCodes.Usage, OneLine(fault)),
        IOException or InvalidDataException or UnauthorizedAccessException => (ExitCodes.BadData, OneLine(fault)),
        OutOfMemoryException =>
            (ExitCodes.Unexpected,
                "expected memory for what was asked, got none left. Take fewer workers, smaller pieces or batches, a larger bound (--memory) where one is "
                    + "given, or a machine with more memory."),
        DllNotFoundException or PlatformNotSupportedException or NotSupportedException => (ExitCodes.Unexpected, OneLine(fault)),
        ArithmeticException when fault.Message.StartsWith("Expected", StringComparison.Ordinal) =>
            (ExitCodes.BadData, OneLine(fault)), // numbers that no method can take
        InvalidOperationException when fault.Message.Contains("expected", StringComparison.Ordinal) => (ExitCodes.Unexpected, OneLine(fault)), // one of ours
        _ => (ExitCodes.Unexpected, $"unexpected {fault.GetType().Name}: {OneLine(fault)} Run again with --verbose for where it happened."),
    };

    private static string OneLine(Exception fault) => ForeignText.Escape(Blanks().Replace(Parameter().Replace(fault.Message, ""), " ").Trim());

    // What ArgumentException appends to the message it was given.
    [GeneratedRegex(@"\s*\(Parameter '[^']*'\)")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"\s*\n\s*")]
    private static partial Regex Blanks();
}
