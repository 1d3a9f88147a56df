using System.CommandLine;
using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;
using Coda.Inference.Sessions;
using Coda.Classical.Tuning;

namespace Coda.Cli.Commands;

/// <summary><c>coda estimate</c>: a simulator's parameters, from observations and a trained model's analyses of them.</summary>
internal sealed class EstimateCommand : CodaCommand
{
    private readonly Option<string> _archive = CommonOptions.Archive();
    private readonly Option<bool> _noVerify = CommonOptions.NoVerify();
    private readonly Option<string> _model = new("--model", "-m") { Description = "The trained model: its folder, or the name of a released one ('coda models').", HelpName = "DIR|NAME", Required = true };
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
            "estimate",
            "Estimates parameters of a trained model's simulator with Gauss-Newton passes over states and parameters at once, from the model's analyses. The model stays as it is; "
            + "'coda train --refine' takes the estimates into it.",
            "coda estimate --archive out/training --model models/lorenz96 --trajectories 50")
    {
        foreach (Option option in new Option[] { _archive, _noVerify, _model, _parameters, _trajectories, _grossCheck, _workers })
        {
            Add(option);
        }
    }

    /// <inheritdoc/>
    public override void Run(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        using var archive = ParquetArchive.Open(arguments.GetRequiredValue(_archive), verifies: !arguments.GetValue(_noVerify));
        using var model = OnnxModel.Open(arguments.GetRequiredValue(_model));
        var job = new Job(new PlausibleObservations(archive, CommonOptions.DeviationsOf(arguments.GetValue(_grossCheck))), model, [.. Starts(model.Card, arguments.GetValue(_parameters) ?? [])])
        {
            Trajectories = arguments.GetValue(_trajectories),
            Workers = arguments.GetValue(_workers),
            Warnings = terminal.Warnings,
        };
        var estimates = Estimate(job, new Stages(terminal), cancellation);
        if (estimates is [{ Unsound: > 0 and var unsound, Stretches: var sound }, ..])
        {
            terminal.Warnings.Add("unsound-stretches", $"{StretchWarnings.Of(unsound, unsound + sound)} stretches did not converge and were left out.");
        }

        terminal.Result(new { estimates }, console => console.Numbers(
            $"Parameters of {model.Card.System.Name}, from {archive.Path}",
            ["parameter", "start", "estimate", "standard error", "stretches", "unsound"],
            estimates.Select(e => (string[])
            [
                e.Name, Tables.Number(e.Start, 4), Tables.Number(e.Value, 5), Tables.Number(e.StandardError, 5), Tables.Count(e.Stretches), Tables.Count(e.Unsound),
            ])));
    }

    /// <summary>Estimates parameters.</summary>
    /// <param name="job">Which, from what.</param>
    /// <param name="stages">Shows the progress.</param>
    /// <param name="cancellation">Cancelled by Ctrl-C.</param>
    /// <exception cref="ArgumentException">The model has a correction, or no parameter to estimate.</exception>
    internal static IReadOnlyList<ParameterEstimate> Estimate(Job job, Stages stages, CancellationToken cancellation)
    {
        var card = job.Model.Card;
        new Faults("estimate")
            .Require(card.Correction is null, nameof(card.Correction), "a model without a correction, whose simulator is all of its physics", card.Correction?.Name)
            .Require(job.Starts.Count > 0, nameof(job.Starts), "at least one parameter (name it with --parameters)", "none")
            .Require(job.Trajectories is null or >= 1, nameof(job.Trajectories), "at least 1", job.Trajectories)
            .ThrowIfAny();
        var context = new AnalysisContext(job.Archive, job.Model);
        var estimation = new ParameterEstimation(
            context, card.System, card.Integrator, new NetworkMethod(context, new()), new ParameterEstimation.Options { Parameters = job.Starts, Sigma = job.Sigma });
        var count = Math.Min(job.Trajectories ?? int.MaxValue, job.Archive.Description.TrajectoryCount);
        return stages.Run("estimate parameters", state => estimation.Estimate(job.Archive, new AnalysisRequest
        {
            Trajectories = [.. Enumerable.Range(0, count)],
            Workers = job.Workers,
            Warnings = job.Warnings,
            Progress = new Relay<double>(share => state.Report(new(share))),
            Cancellation = cancellation,
        }));
    }

    /// <summary>The trained parameters of a model, from which an estimation starts.</summary>
    /// <param name="card">The model's card.</param>
    /// <param name="given">Names that the user gave, perhaps with values.</param>
    internal static IEnumerable<KeyValuePair<string, double>> Starts(ModelCard card, IReadOnlyList<string> given)
    {
        foreach (var text in given.Count > 0 ? given : card.TrainedParameters)
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

    /// <summary>What to estimate, from what.</summary>
    /// <param name="Archive">The observations.</param>
    /// <param name="Model">The trained model.</param>
    /// <param name="Starts">The parameters with the values to start from.</param>
    internal sealed record Job(IObservationArchive Archive, OnnxModel Model, IReadOnlyList<KeyValuePair<string, double>> Starts)
    {
        /// <summary>The number of trajectories to take; all by default.</summary>
        public int? Trajectories { get; init; }

        /// <summary>The number of workers; 0 for one on each core.</summary>
        public int Workers { get; init; }

        /// <summary>Told what makes the estimates doubtful; nobody by default.</summary>
        public RunWarnings? Warnings { get; init; }

        /// <summary>The standard deviation of the observations' errors, in place of the archive's.</summary>
        public double? Sigma { get; init; }
    }
}
