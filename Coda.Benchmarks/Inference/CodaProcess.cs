using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Coda.Benchmarks.Inference;

/// <summary>The <c>coda</c> command in a process of its own, so that its memory is its own and it can be killed.</summary>
internal static class CodaProcess
{
    /// <summary>The first argument with which this program is the command, where it carries its own runtime and there may be no other.</summary>
    public const string Verb = "coda";

    /// <summary>Runs a command to its end.</summary>
    /// <param name="arguments">The arguments after <c>coda</c>.</param>
    /// <returns>Its result, as it writes it with <c>--json</c>.</returns>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static JsonNode Run(params string[] arguments)
    {
        using var process = Start([.. arguments, "--json"]);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        process.WaitForExit();
        return process.ExitCode == 0
            ? JsonNode.Parse(output.Result)!["result"]!
            : throw new InvalidOperationException($"coda {string.Join(' ', arguments)}: {error.Result}");
    }

    /// <summary>Runs a command and kills it after a while.</summary>
    /// <param name="after">How long it may run.</param>
    /// <param name="arguments">The arguments after <c>coda</c>.</param>
    /// <returns>Whether it was killed before its end.</returns>
    public static bool Kill(TimeSpan after, params string[] arguments)
    {
        using var process = Start(arguments);
        _ = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (process.WaitForExit(after))
        {
            return false;
        }

        process.Kill(); // SIGKILL
        process.WaitForExit();
        return true;
    }

    private static Process Start(params string[] arguments)
    {
        var own = typeof(CodaProcess).Assembly.GetName().Name;
        string[] line = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == own
            ? [Environment.ProcessPath!, Verb, .. arguments]
            : ["dotnet", Path.Combine(AppContext.BaseDirectory, "coda.dll"), .. arguments];
        return Process.Start(new ProcessStartInfo(line[0], line[1..]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
    }
}
