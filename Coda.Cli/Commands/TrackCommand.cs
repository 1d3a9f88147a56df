using System.CommandLine;
using System.Text.Json.Nodes;
using Coda.Data.Archives.Stored;
using Coda.Data.Foundation;
using Coda.Workflows.Estimating;

namespace Coda.Cli.Commands;

/// <summary><c>coda track</c>: a model's parameters, corrected while a record is assimilated.</summary>
public sealed class TrackCommand : CodaCommand
{
    private const string Smoother = "cycled-smoother";
    private const int MostRows = 20;

    private readonly Option<string> _archive = CommonOptions.Archive();
    private readonly Option<bool> _noVerify = CommonOptions.NoVerify();
    private readonly Option<string?> _system = new("--system")
    {
        Description = "The system, with the values to start from, as in lorenz96:forcing=7 (the archive's).", HelpName = "NAME[:OPTION=VALUE,...]",
    };

    private readonly Option<string[]> _parameters = new("--parameters")
    {
        Description = "The parameters to follow, as in F, or F=2 with the standard deviation of what is known of it before (.3 of its value).",
        HelpName = "NAME[=DEVIATION]", AllowMultipleArgumentsPerToken = true, Required = true,
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
            "Follows a system's parameters through a record while it is assimilated: successive windows over state and parameters, each with the last one's "
                + "posterior as its prior, so that a change of regime is followed. Prints the parameters by window, with deviations, and the system that they "
                + "end with.",
            "coda track --archive out/test --system lorenz96:forcing=7 --parameters F=1",
            "coda track --archive out/two-level --system lorenz96-polynomial:linear=0,quadratic=0,cubic=0 --parameters F=2 a1=0.3 a2=0.05 a3=0.005 "
                + "--set memory=20000 modelErrorVariance=1e-3 --output out/two-level-online --series out/two-level.parquet")
    {
        foreach (Option option in (Option[])
            [_archive, _noVerify, _system, _parameters, _set, _output, _series, _trajectories, _grossCheck, _workers])
        {
            Add(option);
        }

        Rules = [OptionRule.SetsOnce(_set)];
    }

    /// <inheritdoc/>
    public override void Run(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        using var archive = ParquetArchive.Open(arguments.GetRequiredValue(_archive), verifies: !arguments.GetValue(_noVerify));
        var job = new TrackJob(archive, Method(arguments))
        {
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
            console.Numbers(
                $"Parameters while {archive.Path} was assimilated, at the ends of windows",
                ["trajectory", "step", .. result.Parameters.SelectMany(name => new[] { name, "±" }), "misfit"],
                result.Windows.Where((w, i) => (i + 1) % every == 0 || i == result.Windows.Count - 1).Select(w => (string[])
                [
                    archive.Description.NameOf(w.Trajectory), Tables.Count(w.Steps.End - 1),
                    .. w.Values.Zip(w.Deviations, (v, d) => new[] { Tables.Number(v, 4), Tables.Number(d, 4) }).SelectMany(x => x), Tables.Number(w.Misfit, 2),
                ]));
            console.Facts("At the end", ("system", result.System is { } system ? $"{system.Name} {system.Options?.ToJsonString()}" : null));
        });
    }

    private Component Method(ParseResult arguments)
    {
        string[][] given = [.. arguments.GetRequiredValue(_parameters).Select(text => text.Split('=', 2))];
        var isSaid = given.Count(parts => parts.Length == 2);
        if (isSaid > 0 && isSaid < given.Length)
        {
            throw new ArgumentException($"--parameters: expected a deviation for each parameter or for none, got {isSaid} for {given.Length}.");
        }

        var method = new Component(Smoother).With(arguments.GetValue(_set) ?? []);
        var options = (JsonObject)(method.Options?.DeepClone() ?? new JsonObject());
        options["parameters"] = new JsonArray([.. given.Select(parts => (JsonNode)parts[0])]);
        options["deviations"] = new JsonArray([.. given.Where(parts => parts.Length == 2).Select(parts => (JsonNode)Deviation(parts))]);
        if (arguments.GetValue(_system) is { } text)
        {
            var system = MemberSettings.Component(text);
            options["system"] = new JsonObject { ["name"] = system.Name, ["options"] = system.Options?.DeepClone() ?? new JsonObject() };
        }

        return new Component(Smoother, options);
    }

    private static double Deviation(string[] parts) =>
        double.TryParse(parts[1], System.Globalization.CultureInfo.InvariantCulture, out var value)
            ? value : throw new ArgumentException($"--parameters: expected NAME=DEVIATION, got '{string.Join('=', parts)}'.");
}
