using System.Text.Json.Nodes;
using Coda.Cli;

namespace Coda.Benchmarks.Faults;

/// <summary>A command line, in this process.</summary>
/// <param name="name">The probe's name.</param>
/// <param name="target">The folder or file that it writes; <see langword="null"/> for none.</param>
/// <param name="arguments">The arguments after <c>coda</c>; <c>@</c> at the start of one, or after an equals sign, stands for the folder.</param>
internal sealed class CommandProbe(string name, string? target, params string[] arguments) : IFaultProbe
{
    private const string Here = "@";

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public bool SpeaksForUs => true;

    /// <inheritdoc/>
    public bool ShowsDescriptions => arguments[0] is "inspect" or "archive";

    /// <inheritdoc/>
    public string? Target => target;

    /// <inheritdoc/>
    public int IntactExitCode { get; init; }

    /// <inheritdoc/>
    public ProbeResult Run(string folder, CancellationToken cancellation)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exitCode = CodaCommandLine.Run([.. arguments.Select(a => a.StartsWith(Here, StringComparison.Ordinal) ? Path.Combine(folder, a[1..]) : a)], output, error, cancellation);
        var (said, complained) = (output.ToString().Replace(folder, Here, StringComparison.Ordinal), error.ToString().Replace(folder, Here, StringComparison.Ordinal));
        // What is imported and simulated comes with a description of its own; elsewhere it is a copy.
        var isMade = arguments[0] is "import" or "simulate";
        var isJson = arguments.Contains("--json");
        var fingerprint = exitCode != ExitCodes.Success ? ""
            : target is not null ? Fingerprint.OfFiles(Path.Combine(folder, target), isMade)
            : isJson ? Fingerprint.OfJson(said)
            : said;
        return new ProbeResult(exitCode, said, complained, fingerprint, [.. Warnings(isJson ? said : "", complained)]);
    }

    private static IEnumerable<string> Warnings(string json, string error)
    {
        var listed = json.StartsWith('{') && JsonNode.Parse(json)?["warnings"] is JsonArray warnings ? warnings.Select(w => w!.ToJsonString()) : [];
        return listed.Concat(error.Split('\n').Where(line => line.StartsWith("warning:", StringComparison.Ordinal)));
    }
}
