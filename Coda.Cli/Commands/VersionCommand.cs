using System.CommandLine;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Coda.Cli.Commands;

/// <summary><c>coda version</c>: which build this is, and on what it runs.</summary>
public sealed class VersionCommand : CodaCommand
{
    /// <summary>Declares the command.</summary>
    public VersionCommand()
        : base(CommandGroup.Upkeep, "version", "Shows the version of Coda, of .NET and of the system; 'coda --version' prints the first alone.",
            "coda version --json")
    {
    }

    /// <inheritdoc/>
    public override void Run(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var version = typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        var (runtime, system) = (RuntimeInformation.FrameworkDescription, $"{RuntimeInformation.OSDescription} ({RuntimeInformation.RuntimeIdentifier})");
        terminal.Result(new { version, runtime, system }, console => console.Facts("coda", ("version", version), ("runtime", runtime), ("system", system)));
    }
}
