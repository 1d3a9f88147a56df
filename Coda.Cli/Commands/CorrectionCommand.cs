using System.CommandLine;
using Coda.Data.Archives.Stored;
using Coda.Data.Cards;
using Coda.Data.Scoring;
using Coda.Data.Time;
using Coda.Inference.Sessions;
using Coda.Workflows.Scoring;
using Spectre.Console;

namespace Coda.Cli.Commands;

/// <summary><c>coda correction</c>: a learned correction against the coupling of a two-level truth, and the rollouts that it gives.</summary>
public sealed class CorrectionCommand : CodaCommand
{
    private readonly Option<string> _archive =
        new("--archive", "-a") { Description = "The archive of a two-level twin experiment, with its truth.", HelpName = "DIR", Required = true };
    private readonly Option<bool> _noVerify = CommonOptions.NoVerify();
    private readonly ModelOptions _model = new(isRequired: true, " with a correction");
    private readonly Option<string?> _analyses =
        new("--analyses") { Description = "An archive with analyses of the same record: the correction at these, given the true x.", HelpName = "DIR" };
    private readonly Option<int> _margin =
        new("--margin") { Description = "The number of steps left out at each end of the record in comparing with the coupling." };
    private readonly Option<double> _binWidth = new("--bin-width") { Description = "The width of the bins of x.", DefaultValueFactory = _ => 1 };
    private readonly Option<int> _starts =
        new("--starts") { Description = "The number of true states that forecasts start from, evenly spread.", DefaultValueFactory = _ => 1000 };
    private readonly Option<double[]> _leads = CommonOptions.Leads("score");

    private readonly Option<double> _freeRun =
        new("--free-run") { Description = "The length of each of eight free runs, in time units, of which the first tenth does not count; 0 for none.",
            HelpName = "TIME", DefaultValueFactory = _ => 100 };
    private readonly Option<string[]> _systems = new("--systems")
    {
        Description = "Systems of the catalogue to roll out beside the model, as in lorenz96-polynomial or lorenz96:size=36,forcing=10.",
        HelpName = "NAME[:OPTION=VALUE,...]", AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<int> _workers = CommonOptions.Workers();

    /// <summary>Declares the command.</summary>
    public CorrectionCommand()
        : base(
            CommandGroup.Models,
            "correction",
            "Scores a learned correction against the coupling of a two-level truth: its residual beside those of regressions on the local x, "
                + "its mean by x, and forecasts and free runs from true states with the truncated model, the hybrid and any other system.",
            "coda correction --archive out/two-level/test --model out/two-level/model --systems lorenz96-polynomial",
            "coda correction --archive out/two-level/test --model out/two-level/model --analyses out/two-level/test --margin 50 --free-run 0 --json")
    {
        foreach (Option option in (Option[])
            [_archive, _noVerify, .. _model.All, _analyses, _margin, _binWidth, _starts, _leads, _freeRun, _systems, _workers])
        {
            Add(option);
        }
    }

    /// <inheritdoc/>
    public override void Run(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        using var archive = ParquetArchive.Open(arguments.GetRequiredValue(_archive), verifies: !arguments.GetValue(_noVerify));
        using var model = _model.OpenRequired(arguments, terminal);
        using var analyses = arguments.GetValue(_analyses) is { } path ? ParquetArchive.Open(path, verifies: !arguments.GetValue(_noVerify)) : null;
        var (time, length) = (new TimeAxis(archive.Description.StepLength), arguments.GetValue(_freeRun));
        var job = new CorrectionJob(
            archive, model, [.. CommonOptions.LeadsOf(arguments.GetValue(_leads), archive, terminal).Steps.Where(lead => lead > 0)])
        {
            Analyses = analyses,
            Margin = arguments.GetValue(_margin),
            BinWidth = arguments.GetValue(_binWidth),
            Starts = arguments.GetValue(_starts),
            FreeRunSteps = length == 0 ? null : time.StepsIn(length),
            Systems = [.. (arguments.GetValue(_systems) ?? []).Select(text => KeyValuePair.Create(text, MethodChoice.Of(text)))],
            Workers = arguments.GetValue(_workers),
        };
        var result = CorrectionWorkflow.Run(job, terminal, cancellation);
        terminal.Result(result, console =>
        {
            ShowCoupling(console, result.Coupling, model.Card);
            ShowBins(console, result.Coupling);
            ShowForecasts(console, result.Rollouts, result.Truth);
            if (length > 0)
            {
                ShowMarginals(console, result.Rollouts, result.Truth);
            }
        });
    }

    private static void ShowCoupling(IAnsiConsole console, CouplingScore score, ModelCard card) => console.Numbers(
        $"Coupling of the truth: mean {Tables.Number(score.Mean)}, standard deviation {Tables.Number(score.Deviation)}; "
            + $"{Tables.Count(score.Count)} values; ± is over trajectories",
        ["what stands for it", "residual rms", "±", "bias", "coefficients of 1, x, x², x³"],
        [
            .. score.Regressions.Select(r => (string[])
            [
                $"regression of degree {r.Degree}", Tables.Number(r.Residual), "", "0.000", string.Join("  ", r.Coefficients.Select(c => Tables.Number(c, 4))),
            ]),
            ["mean of each bin of x", Tables.Number(score.Scatter), "", "0.000", ""],
            [$"learned ({card.Correction!.Name})", Tables.Number(score.Residual), Tables.Number(score.ResidualDeviation), Tables.Number(score.Bias), ""],
        ]);

    private static void ShowBins(IAnsiConsole console, CouplingScore score) => console.Numbers(
        "By the true x",
        ["x from", "to", "values", "true coupling", "its deviation", "learned at the true x", "learned at the analyses"],
        score.Bins.Select(b => (string[])
        [
            Tables.Number(b.From, 2), Tables.Number(b.To, 2), Tables.Count(b.Count), Tables.Number(b.Coupling), Tables.Number(b.CouplingDeviation),
            Tables.Number(b.Correction),
            Tables.Number(b.CorrectionOfAnalyses),
        ]));

    private static void ShowForecasts(IAnsiConsole console, IReadOnlyList<RolledOutModel> rolled, MarginalDistribution truth)
    {
        var scores = rolled.FirstOrDefault(r => r.Forecasts.Count > 0)?.Forecasts ?? [];
        console.Numbers(
            $"Forecasts from {Tables.Count(scores.Select(s => s.Count).FirstOrDefault())} true states, RMSE by lead in time units",
            ["model", .. scores.Select(s => Tables.Number(s.LeadTime, 2)), ""],
            [
                .. rolled.Select(r => (string[])
                [
                    r.Name, .. scores.Select((_, i) => i < r.Forecasts.Count ? Tables.Number(r.Forecasts[i].Value) : "-"),
                    r.Forecasts.Count > 0 ? "" : Why(r),
                ]),
                ["a true state drawn at random", .. scores.Select(_ => Tables.Number(truth.RandomError)), ""],
            ]);
    }

    private static void ShowMarginals(IAnsiConsole console, IReadOnlyList<RolledOutModel> rolled, MarginalDistribution truth)
    {
        console.Numbers(
            "Free runs; the distance is the total variation of the histograms from the truth's",
            ["model", "mean", "variance", "distance", "values", ""],
            [
                ["truth", Tables.Number(truth.Mean), Tables.Number(truth.Variance), "", Tables.Count(truth.Count), ""],
                .. rolled.Select(r => (string[])
                [
                    r.Name, Tables.Number(r.Marginal?.Mean), Tables.Number(r.Marginal?.Variance), Tables.Number(r.Distance),
                    Tables.Count(r.Marginal?.Count ?? 0),
                    Why(r),
                ]),
            ]);
        var bins = rolled.SelectMany(r => r.Marginal?.Histogram.Keys ?? Enumerable.Empty<double>()).Concat(truth.Histogram.Keys).Distinct().Order();
        console.Numbers(
            "Their histograms, in per cent of the values",
            ["x from", "truth", .. rolled.Select(r => r.Name)],
            bins.Select(bin => (string[])[Tables.Number(bin, 2), Share(truth, bin), .. rolled.Select(r => Share(r.Marginal, bin))]));
    }

    private static string Why(RolledOutModel rolled) => rolled.Failure is { } why ? $"failed: {why}" : "";

    private static string Share(MarginalDistribution? marginal, double bin) => Tables.Number(100 * marginal?.Histogram.GetValueOrDefault(bin), 2);
}
