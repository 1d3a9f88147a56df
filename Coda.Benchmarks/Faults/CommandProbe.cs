using System.Text.Json.Nodes;
using Coda.Cli;

namespace Coda.Benchmarks.Faults;

/// <summary>A command line, in this process.</summary>
/// <param name="name">The probe's name.</param>
/// <param name="target">The folder or file that it writes; <see langword="null"/> for none.</param>
/// <param name="line">What follows <c>coda</c>, separated by blanks; <c>@</c> at the start of an argument stands for the folder.</param>
internal sealed class CommandProbe(string name, string? target, string line) : IFaultProbe
{
    private const string Here = "@";

    private readonly string[] _arguments = line.Split(' ');

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public bool SpeaksForUs => true;

    /// <inheritdoc/>
    public bool ShowsDescriptions => _arguments[0] is "inspect" or "archive";

    /// <inheritdoc/>
    public string? Target => target;

    /// <inheritdoc/>
    public int IntactExitCode { get; init; }

    /// <inheritdoc/>
    public ProbeResult Run(string folder, CancellationToken cancellation)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        string[] arguments = [.. _arguments.Select(a => a.StartsWith(Here, StringComparison.Ordinal) ? Path.Combine(folder, a[1..]) : a)];
        var exitCode = CodaCommandLine.Run(arguments, output, error, cancellation);
        string Anywhere(StringWriter text) => text.ToString().Replace(folder, Here, StringComparison.Ordinal);
        var (said, complained) = (Anywhere(output), Anywhere(error));
        // What is imported and simulated comes with a description of its own; elsewhere it is a copy.
        var isMade = arguments[0] is "import" or "simulate";
        var isJson = arguments.Contains("--json");
        var fingerprint = exitCode != ExitCodes.Success ? ""
            : target is not null ? Fingerprint.OfFiles(Path.Combine(folder, target), isMade)
            : isJson ? Fingerprint.OfJson(said)
            : said;
        return new ProbeResult(exitCode, said, complained, fingerprint, [.. Warnings(said, complained)]);
    }

    // From JSON, or from the table behind all others.
    private static IEnumerable<string> Warnings(string output, string error)
    {
        var listed = output.StartsWith('{') ? JsonNode.Parse(output)?["warnings"] is JsonArray warnings ? warnings.Select(w => w!.ToJsonString()) : []
            : output.IndexOf("\nWarnings", StringComparison.Ordinal) is >= 0 and var at ? [output[at..]] : Array.Empty<string>();
        return listed.Concat(error.Split('\n').Where(line => line.StartsWith("warning:", StringComparison.Ordinal)));
    }
}
