using System.CommandLine;
using Coda.Classical.Variational.Cycles;
using Coda.Data.Archives.Stored;
using Coda.Data.Foundation;
using Coda.Workflows.Estimating;

namespace Coda.Cli.Commands;

/// <summary><c>coda track</c>: a model's parameters, corrected while a record is assimilated.</summary>
public sealed class TrackCommand : CodaCommand
{
    private const int MostRows = 20;

    private readonly Option<string> _archive = CommonOptions.Archive();
    private readonly Option<bool> _noVerify = CommonOptions.NoVerify();
    private readonly ModelOptions _model = new(which: " whose parameters and weights to follow, trained with tracked=[\"*\"]");
    private readonly Option<string?> _system = new("--system")
    {
        Description = "The system, with the values to start from, as in lorenz96:forcing=7 (the archive's).", HelpName = "NAME[:OPTION=VALUE,...]",
    };

    private readonly Option<string[]> _parameters = new("--parameters")
    {
        Description = "The parameters to follow, as in F, or F=2 with the standard deviation of what is known of it before (.3 of its value). "
            + "With --model arrays of weights, too; all that it has in its state where none is named.",
        HelpName = "NAME[=DEVIATION]", AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string[]> _set =
        CommonOptions.Set("Set an option of the method cycled-smoother, as in memory=2000; 'coda methods cycled-smoother' lists them.");
    private readonly Option<string?> _output =
        new("--output", "-o") { Description = "Another archive for the analyses (they are not kept).", HelpName = "DIR" };
    private readonly Option<string?> _series = new("--series") { Description = "A Parquet file for the parameters at every window's end.", HelpName = "FILE" };
    private readonly Option<int?> _trajectories = new("--trajectories") { Description = "The number of the archive's first trajectories to take (all)." };
    private readonly Option<string?> _grossCheck = CommonOptions.GrossCheck();
    private readonly Option<int> _workers = CommonOptions.Workers();

    /// <summary>Declares the command.</summary>
    public TrackCommand()
        : base(
            CommandGroup.Models,
            "track",
            "Follows a model's parameters, or the weights of its correction, through a record while it is assimilated: successive windows over state and "
                + "parameters, each with the last one's posterior as its prior, so that a change of regime is followed. Prints the parameters by window, with "
                + "deviations, and the system that they end with.",
            "coda track --archive out/test --system lorenz96:forcing=7 --parameters F=1",
            "coda track --archive out/two-level --system lorenz96-polynomial:linear=0,quadratic=0,cubic=0 --parameters F=2 a1=0.3 a2=0.05 a3=0.005 "
                + "--set memory=20000 modelErrorVariance=1e-3 --output out/two-level-online --series out/two-level.parquet",
            "coda track --archive out/test --model out/model --set memory=20000 --output out/tracked")
    {
        foreach (Option option in (Option[])
            [_archive, _noVerify, .. _model.All, _system, _parameters, _set, _output, _series, _trajectories, _grossCheck, _workers])
        {
            Add(option);
        }

        Rules =
        [
            OptionRule.IsHere(_series), OptionRule.SetsOnce(_set), _model.Rule,
            new(_parameters, "parameters of the system, or --model with a trained one", "",
                parsed => !parsed.IsGiven(_parameters) && !parsed.IsGiven(_model.Model)),
            OptionRule.Excludes(_system, _model.Model, "which has a system of its own"),
        ];
    }

    /// <inheritdoc/>
    public override void Run(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        using var archive = ParquetArchive.Open(arguments.GetRequiredValue(_archive), verifies: !arguments.GetValue(_noVerify));
        using var model = _model.Open(arguments, terminal);
        var job = new TrackJob(archive, Method(arguments))
        {
            Model = model,
            Output = arguments.GetValue(_output),
            Series = arguments.GetValue(_series),
            Trajectories = arguments.GetValue(_trajectories),
            GrossCheck = CommonOptions.DeviationsOf(arguments.GetValue(_grossCheck)),
            Workers = arguments.GetValue(_workers),
            Provenance = arguments.CommandLine(),
        };
        var result = TrackWorkflow.Run(job, terminal, cancellation);
        terminal.Result(result, console =>
        {
            var every = Math.Max(1, (result.Windows.Count + MostRows - 1) / MostRows);
            var parts = result.Corrected.Index().GroupBy(entry => entry.Item.Part).ToList();
            console.Numbers(
                $"{(parts.Any(p => p.Count() > 1) ? "Parameters, and root mean squares of weights' departures," : "Parameters")} while {archive.Path} was "
                    + "assimilated, at the ends of windows",
                ["trajectory", "step", .. parts.SelectMany(part => new[] { part.Key, "±" }), "misfit"],
                result.Windows.Where((w, i) => (i + 1) % every == 0 || i == result.Windows.Count - 1).Select(w => (string[])
                [
                    archive.Description.NameOf(w.Trajectory), Tables.Count(w.Steps.End - 1),
                    .. parts.SelectMany(part => new[] { Tables.Number(Of(w.Values, part), 4), Tables.Number(Of(w.Deviations, part), 4) }),
                    Tables.Number(w.Misfit, 2),
                ]));
            if (result.System is { } system)
            {
                console.Facts("At the end", ("system", $"{system.Name} {system.Options?.ToJsonString()}"));
            }
        });
    }

    // A parameter's number; of an array the root mean square.
    private static double Of(IReadOnlyList<double> numbers, IEnumerable<(int Index, CorrectedEntry Entry)> part) =>
        part.Count() == 1 ? numbers[part.Single().Index] : Math.Sqrt(part.Average(entry => numbers[entry.Index] * numbers[entry.Index]));

    private Component Method(ParseResult arguments) => TrackedNames.Method(
        "--parameters", arguments.GetValue(_parameters) is { Length: > 0 } some ? some : ["*"], arguments.GetValue(_set) ?? [], arguments.GetValue(_system));
}
