using System.Text.Json.Nodes;
using Coda.Data.Foundation;

namespace Coda.Cli;

/// <summary>What every command writes with <c>--json</c>, errors included.</summary>
/// <param name="Command">The command, as it is typed after <c>coda</c>; none where the line names none.</param>
/// <param name="ExitCode">What the command ended with; none of a service, which writes this before it has ended.</param>
/// <param name="Result">What came of it; none where it failed before anything did.</param>
/// <param name="Error">Why it failed; none where it did not.</param>
/// <param name="Warnings">What it has to say against its results.</param>
internal sealed record CommandReply(string? Command, int? ExitCode, JsonNode? Result, CommandError? Error, IReadOnlyList<ResultWarning> Warnings);
