using System.CommandLine;
using Coda.Data.Archives.Stored;
using Coda.Data.Cards;
using Coda.Workflows.Quantizing;

namespace Coda.Cli.Commands;

/// <summary><c>coda quantize</c>: adds a network's stretch form in eight-bit integers to a model.</summary>
public sealed class QuantizeCommand : CodaCommand
{
    private readonly Option<string> _archive = CommonOptions.Archive();
    private readonly Option<bool> _noVerify = CommonOptions.NoVerify();
    private readonly Option<string?> _model = ModelOptions.Named(isRequired: true);
    private readonly Option<string?> _output =
        new("--output", "-o") { Description = "Another folder for the model, a copy of it; by default the file is added to the model's own.",
            HelpName = "DIR" };
    private readonly Option<int> _steps =
        new("--steps") { Description = "The number of the archive's steps whose observations tell the ranges.", DefaultValueFactory = _ =>
            QuantizeJob.DefaultSteps };

    private readonly Option<string?> _grossCheck = CommonOptions.GrossCheck();

    /// <summary>Declares the command.</summary>
    public QuantizeCommand()
        : base(
            CommandGroup.Models,
            "quantize",
            "Adds the network with convolutions in eight-bit integers to a model, from the ranges that an archive's observations show; "
                + "'coda analyze --set precision=int8' takes it. Says how far its analyses are from those in float32.",
            "coda quantize --model lorenz96 --archive out/training --output out/lorenz96-int8")
    {
        foreach (Option option in new Option[] { _archive, _noVerify, _model, _output, _steps, _grossCheck })
        {
            Add(option);
        }

        Rules = [OptionRule.IsHere(_output)];
    }

    /// <inheritdoc/>
    public override void Run(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        using var archive = ParquetArchive.Open(arguments.GetRequiredValue(_archive), verifies: !arguments.GetValue(_noVerify));
        var observations = new PlausibleObservations(archive, CommonOptions.DeviationsOf(arguments.GetValue(_grossCheck)));
        var job = new QuantizeJob(
            arguments.GetRequiredValue(_model)!, observations) { Output = arguments.GetValue(_output), Steps = arguments.GetValue(_steps) };
        var outcome = QuantizeWorkflow.Run(job, terminal, cancellation);
        terminal.Result(outcome, console => console.Facts(
            $"Model {outcome.Model}",
            ("file", $"{ModelRoles.FileName(ModelRoles.AnalysisStretchInt8)}, {Tables.Count(outcome.Bytes)} bytes (in float32: "
                + $"{Tables.Count(outcome.BytesInFloat32)})"),
            ("tensors", $"{outcome.Tensors} in integers"),
            ("difference", $"{Tables.Number(outcome.Difference, 4)} RMS from the analyses in float32, in state units")));
    }
}
