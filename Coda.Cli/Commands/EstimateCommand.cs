using System.CommandLine;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Inference.Sessions;
using Coda.Workflows.Analyzing;
using Coda.Workflows.Estimating;

namespace Coda.Cli.Commands;

/// <summary><c>coda estimate</c>: a simulator's parameters, from observations and a trained model's analyses of them.</summary>
public sealed class EstimateCommand : CodaCommand
{
    private readonly Option<string> _archive = CommonOptions.Archive();
    private readonly Option<bool> _noVerify = CommonOptions.NoVerify();
    private readonly ModelOptions _model = new(isRequired: true);
    private readonly Option<string[]> _parameters = new("--parameters")
    {
        Description = "The parameters, as in F or F=7.5 to start from another value than the model's; by default those that the model was trained with.",
        HelpName = "NAME[=VALUE]",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<int?> _trajectories = new("--trajectories") { Description = "The number of the archive's first trajectories to take (all)." };
    private readonly Option<string?> _grossCheck = CommonOptions.GrossCheck();
    private readonly Option<int> _workers = CommonOptions.Workers();

    /// <summary>Declares the command.</summary>
    public EstimateCommand()
        : base(
            CommandGroup.Models,
            "estimate",
            "Estimates parameters of a trained model's simulator with Gauss-Newton passes over states and parameters at once, from the model's analyses. "
                + "The model stays as it is; 'coda train --refine' takes the estimates into it.",
            "coda estimate --archive out/training --model models/lorenz96 --trajectories 50")
    {
        foreach (Option option in (Option[])[_archive, _noVerify, .. _model.All, _parameters, _trajectories, _grossCheck, _workers])
        {
            Add(option);
        }
    }

    /// <inheritdoc/>
    public override void Run(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        using var archive = ParquetArchive.Open(arguments.GetRequiredValue(_archive), verifies: !arguments.GetValue(_noVerify));
        using var model = _model.OpenRequired(arguments, terminal);
        var observations = new PlausibleObservations(archive, CommonOptions.DeviationsOf(arguments.GetValue(_grossCheck)));
        var job = new EstimateJob(
            observations, model, arguments.GetValue(_parameters) is { Length: > 0 } given ? [.. Starts(model.Card, given)] : EstimateJob.StartsOf(model))
        {
            Trajectories = arguments.GetValue(_trajectories),
            Workers = arguments.GetValue(_workers),
        };
        var estimates = EstimateWorkflow.Run(job, terminal, cancellation);
        terminal.Result(new { estimates }, console => console.Numbers(
            $"Parameters of {model.Card.System.Name}, from {archive.Path}",
            ["parameter", "start", "estimate", "standard error", "stretches", "unsound"],
            estimates.Select(e => (string[])
            [
                e.Name, Tables.Number(e.Start, 4), Tables.Number(e.Value, 5), Tables.Number(e.StandardError, 5), Tables.Count(e.Stretches),
                Tables.Count(e.Unsound),
            ])));
    }

    // Names that the user gave, perhaps with values to start from.
    private static IEnumerable<KeyValuePair<string, double>> Starts(ModelCard card, IReadOnlyList<string> given)
    {
        foreach (var text in given)
        {
            var parts = text.Split('=', 2);
            var start = card.Parameters.TryGetValue(parts[0], out var value)
                ? value
                : throw new ArgumentException($"--parameters: expected one of {string.Join(", ", card.Parameters.Keys)}, got '{parts[0]}'.");
            if (parts.Length == 2 && !double.TryParse(parts[1], System.Globalization.CultureInfo.InvariantCulture, out start))
            {
                throw new ArgumentException($"--parameters: expected {parts[0]}=NUMBER, got '{text}'.");
            }

            yield return KeyValuePair.Create(parts[0], start);
        }
    }
}
