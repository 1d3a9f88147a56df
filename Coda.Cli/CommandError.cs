namespace Coda.Cli;

/// <summary>Why a command failed.</summary>
/// <param name="Kind">The meaning of the exit code in a word or two, for machines: <see cref="ExitCodes.All"/>.</param>
/// <param name="Message">What was expected, what was got, and the cure: one line, as the standard error has it.</param>
internal sealed record CommandError(string Kind, string Message);
