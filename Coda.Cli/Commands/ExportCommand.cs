using System.CommandLine;
using Coda.Data.Archives;
using Coda.Data.Archives.Export;
using Coda.Data.Foundation;
using Coda.Workflows.Exporting;

namespace Coda.Cli.Commands;

/// <summary><c>coda export</c>: tables of an archive for other programs.</summary>
public sealed class ExportCommand : CodaCommand
{
    private readonly Option<string> _archive = CommonOptions.Archive();
    private readonly Option<string> _table = new Option<string>("--table", "-t")
    {
        Description = "What to write. Of observations, those withheld are among them.", Required = true,
    }.AcceptOnlyFromAmong([.. Enum.GetNames<ArchiveTable>().Select(name => name.ToLowerInvariant())]);

    private readonly Option<string> _output = new("--output", "-o")
    {
        Description = "The file, .csv, .parquet (rows of one number each) or .nc (arrays, NetCDF with CF conventions), or a folder .zarr of the same arrays; "
            + "it appears when it is whole.",
        HelpName = "FILE", Required = true,
    };

    private readonly Option<string?> _format = new Option<string?>("--format")
    {
        Description = "What to write where the file's name does not tell.",
    }.AcceptOnlyFromAmong([.. Enum.GetNames<ExportFormat>().Select(name => name.ToLowerInvariant())]);

    private readonly Option<bool> _noVerify = CommonOptions.NoVerify();

    /// <summary>Declares the command.</summary>
    public ExportCommand()
        : base(
            CommandGroup.Records,
            "export",
            "Writes a table of an archive for other programs: observations, truth, analyses or forecasts, with times, places, units and spread.",
            "coda export --archive out/test --table analyses --output out/analyses.nc",
            "coda export --archive out/test --table observations --output out/observations.csv")
    {
        foreach (Option option in (Option[])[_archive, _table, _output, _format, _noVerify])
        {
            Add(option);
        }

        Rules = [OptionRule.IsHere(_output) with { Example = "--table truth --output s3://bucket/place" }];
    }

    /// <inheritdoc/>
    public override void Run(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var job = new ExportJob(
            arguments.GetRequiredValue(_archive), Enum.Parse<ArchiveTable>(arguments.GetRequiredValue(_table), ignoreCase: true),
            arguments.GetRequiredValue(_output))
        {
            Format = arguments.GetValue(_format) is { } format ? Enum.Parse<ExportFormat>(format, ignoreCase: true) : null,
            Verifies = !arguments.GetValue(_noVerify),
        };
        var result = ExportWorkflow.Run(job, terminal, cancellation);
        terminal.Result(result, console => console.Facts(
            $"{result.Report.Table} in {result.File}",
            ("values", Tables.Count(result.Report.Values)),
            (result.Report.Format is ExportFormat.NetCdf or ExportFormat.Zarr ? "variables" : "columns", string.Join(", ", result.Report.Columns)),
            ("size", MemoryNeed.InWords(result.Bytes))));
    }
}
