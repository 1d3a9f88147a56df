using System.CommandLine;
using Coda.Workflows.Checking;
using Coda.Workflows.Demonstrating;

namespace Coda.Cli.Commands;

/// <summary><c>coda check</c>: whether plug-ins do what is expected of them.</summary>
public sealed class CheckCommand : CodaCommand
{
    private static readonly PlugInCheckJob Defaults = new([]);

    private readonly Option<int> _steps =
        new("--steps") { Description = "The steps of each system's free run.", HelpName = "N", DefaultValueFactory = _ => Defaults.Steps };
    private readonly Option<double> _stepLength = new("--step-length")
    {
        Description = "The time step of that run, in units of the system's time.", HelpName = "DT", DefaultValueFactory = _ => Defaults.StepLength,
    };

    /// <summary>Declares the command.</summary>
    public CheckCommand()
        : base(
            CommandGroup.Upkeep,
            "check",
            "Checks the plug-ins of the assemblies that --plugin names: how each is made, and of systems and observation operators shapes, derivatives "
                + "against finite differences, a free run, and that the invariants and symmetries that a system declares hold. "
                + "Says of what fails how to cure it; exits with 0 only if everything passes.",
            "coda check --plugin mine.dll", "coda check --plugin mine.dll --step-length 0.001 --json")
    {
        Add(_steps);
        Add(_stepLength);
    }

    /// <inheritdoc/>
    public override void Run(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var job = new PlugInCheckJob(terminal.PlugIns)
        {
            MoreContracts = [("command", typeof(CodaCommand)), ("demo", typeof(NamedDemo))],
            Steps = arguments.GetValue(_steps), StepLength = arguments.GetValue(_stepLength),
        };
        var files = string.Join(", ", job.Assemblies.Select(assembly => Path.GetFileName(assembly.Location)));
        if (files.Length == 0)
        {
            throw new ArgumentException(
                "coda check: expected --plugin FILE.dll, got none. 'coda inspect' and 'coda archive check' look into models and archives.");
        }

        var checks = PlugInCheckWorkflow.Run(job, terminal, cancellation);
        terminal.Result(checks, console => console.Words(
            $"Plug-ins of {files}", ["plug-in", "check", "result", "cure"],
            checks.Select(c => (string[])[$"{c.Kind} {c.PlugIn}", c.Check, c.IsPassed ? c.Result : $"FAILED: {c.Result}", c.Cure])));
        var failed = checks.Count(c => !c.IsPassed);
        if (checks.Count == 0)
        {
            throw new InvalidDataException(
                $"{files}: expected a plug-in, got none: no class is of a contract of Coda's. CONTRIBUTING.md lists what can be added.");
        }

        if (failed > 0)
        {
            throw new InvalidDataException(
                $"{files}: expected every check to pass, got {failed} of {checks.Count} that failed. The table says how to cure each.");
        }
    }
}
