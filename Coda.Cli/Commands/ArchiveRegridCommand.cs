using System.CommandLine;
using Coda.Data.Archives.Stored;
using Coda.Data.Foundation;
using Coda.Workflows.Simulating;

namespace Coda.Cli.Commands;

/// <summary><c>coda archive regrid</c>: a record on the grid of another model of the same domain.</summary>
internal sealed class ArchiveRegridCommand : CodaCommand
{
    private readonly Argument<string> _path = new("path") { Description = "The archive's directory." };
    private readonly Option<string> _system = new("--system")
    {
        Description = "The model, as in kolmogorov-flow:size=64: the same fields on a grid of the same domain.",
        HelpName = "NAME[:OPTION=VALUE,...]",
        Required = true,
    };

    private readonly Option<string> _output =
        new("--output", "-o") { Description = "The new archive's directory; the archive appears in it when it is whole.", HelpName = "DIR", Required = true };

    private readonly Option<bool> _overwrite = CommonOptions.Overwrite();

    /// <summary>Declares the command.</summary>
    public ArchiveRegridCommand()
        : base(
            CommandGroup.Upkeep,
            "regrid",
            "Puts a record on the grid of another model of the same domain, such as a coarser one: every observation stays, at its position, to which the "
                + "model's fields are interpolated; the truth is taken at the model's points, so that analyses of the new archive are scored there.",
            "coda archive regrid out/fine --system kolmogorov-flow:size=64 --output out/coarse")
    {
        Add(_path);
        Add(_system);
        Add(_output);
        Add(_overwrite);
    }

    /// <inheritdoc/>
    public override void Run(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        using var archive = ParquetArchive.Open(arguments.GetRequiredValue(_path));
        var job = new RegridJob(archive, MemberSettings.Component(arguments.GetRequiredValue(_system)), arguments.GetRequiredValue(_output))
        {
            Overwrite = arguments.GetValue(_overwrite),
            Provenance = arguments.CommandLine(),
        };
        var result = RegridWorkflow.Run(job, terminal, cancellation);
        terminal.Result(result, console => console.Facts(
            $"Archive {result.Archive}",
            ("grid", $"{result.Description.Layout}, of {archive.Description.Layout}"),
            ("observations", $"{Tables.Count(result.Observations)} rows, interpolated to {Tables.Count(result.Description.SiteCount)} sites"),
            ("truth", result.Truth == 0 ? "none"
                : $"{Tables.Count(result.Truth)} rows, {(result.IsCoincident ? "at points of both grids" : "interpolated")}")));
    }
}
