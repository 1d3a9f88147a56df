using System.CommandLine;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Scoring;
using Coda.Workflows.Scoring;
using Spectre.Console;

namespace Coda.Cli.Commands;

/// <summary><c>coda score</c>: analyses and forecasts against the truth, or against withheld observations.</summary>
public sealed class ScoreCommand : CodaCommand
{
    private readonly Option<string> _archive =
        new("--archive", "-a") { Description = "The archive with the observations, and the truth where there is one.", HelpName = "DIR", Required = true };
    private readonly Option<bool> _noVerify = CommonOptions.NoVerify();
    private readonly Option<string[]> _analyses = new("--analyses")
    {
        Description = "Archives with the analyses and forecasts to score (the archive itself).", HelpName = "DIR", AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string> _against = new Option<string>("--against")
    {
        Description = "What to score against: the truth, or the withheld observations (the misfit, its ratio to σ, and what is left of it without σ²); "
            + "by default the truth where there is one.",
        DefaultValueFactory = _ => "auto",
    }.AcceptOnlyFromAmong("auto", "truth", "withheld");

    private readonly Option<string?> _versus = new("--versus")
    {
        Description = "The archive whose analyses and forecasts the others are compared with pair by pair: better, worse or not told apart (the first of "
            + "--analyses, where there are several; with --by site only where it is named).",
        HelpName = "DIR",
    };

    private readonly Option<int> _margin =
        new("--margin") { Description = "The number of steps left out at each end of the record (for forecasts, of their starts)." };

    private readonly Option<string?> _steps = CommonOptions.Range("--steps", "The steps to score, FROM..TO without TO (all); for forecasts, their starts.");

    private readonly Option<string> _by = new Option<string>("--by")
    {
        Description = "What scores are taken apart by, besides the lead: lead alone, field, or site (against the truth, entry of the state). Fields of "
            + "different units are scored apart in any case.",
        DefaultValueFactory = _ => "lead",
    }.AcceptOnlyFromAmong("lead", "field", "site");

    private readonly Option<bool> _calibration = new("--calibration")
    {
        Description = "Show how the spread bears out: spread against error, "
            + "in tenths of the entries sorted by spread, and the rank histogram (of the probability integral transform).",
    };

    private readonly Option<bool> _spectra = new("--spectra")
    {
        Description = "Show down to which wavelength fields are resolved: where the error's power spectrum has come to half of the truth's; against a truth.",
    };

    private readonly Option<string?> _record =
        new("--record") { Description = "Write the RMSE of the estimates into the card and the README of the model that made them.", HelpName = "MODEL" };

    /// <summary>Declares the command.</summary>
    public ScoreCommand()
        : base(
            CommandGroup.Scores,
            "score",
            "Scores analyses and forecasts by lead, over observed and unobserved sites: RMSE (the mean over time of the root mean square over sites), bias, "
                + "and of estimates with a spread its root mean square, its ratio to the error (1 is calibrated) and their CRPS, "
                + "and of bands the share of the truth that they cover.",
            "coda score --archive out/test --margin 50 --record models/lorenz96",
            "coda score --archive out/test --analyses out/test-enks --margin 50 --calibration",
            "coda score --archive out/test --analyses out/test-enks --versus out/test-oi",
            "coda score --archive out/test --by site",
            "coda score --archive out/test --spectra",
            "coda score --archive out/test --analyses out/test out/test-oi out/test-climatology --json")
    {
        foreach (Option option in new Option[] { _archive, _noVerify, _analyses, _against, _versus, _margin, _steps, _by, _calibration, _spectra, _record })
        {
            Add(option);
        }

        Rules =
        [
            OptionRule.Ignored(_record, "with --by site, for cards hold scores of fields", "--by site", parsed => parsed.GetValue(_by) == "site"),
        ];
    }

    /// <inheritdoc/>
    public override void Run(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var path = arguments.GetRequiredValue(_archive);
        using var archive = ParquetArchive.Open(path, verifies: !arguments.GetValue(_noVerify));
        var hasCalibration = arguments.GetValue(_calibration);
        var job = new ScoreJob(archive, arguments.GetValue(_analyses) is { Length: > 0 } given ? given : [path])
        {
            AgainstTruth = arguments.GetRequiredValue(_against) switch
            {
                "truth" => true,
                "withheld" => false,
                _ => null,
            },
            Versus = arguments.GetValue(_versus),
            Margin = arguments.GetValue(_margin),
            Steps = CommonOptions.RangeOf(archive.Description, null, arguments.GetValue(_steps))?.Steps,
            By = Enum.Parse<ScoreBy>(arguments.GetRequiredValue(_by), ignoreCase: true),
            NeedsCalibration = hasCalibration,
            NeedsSpectra = arguments.GetValue(_spectra),
            Record = arguments.GetValue(_record),
        };
        var outcome = ScoreWorkflow.Run(job, terminal, cancellation);
        var (_, isTruth, scores) = outcome;
        terminal.Result(new { archive = path, against = isTruth ? "truth" : "withheld", job.Margin, by = job.By, scores, outcome.Differences }, console =>
        {
            Show(console, scores, isTruth, job);
            console.Differences(outcome.Differences, isTruth, "Benjamini and Hochberg");
            if (hasCalibration)
            {
                console.Calibrations([.. scores.SelectMany(s => s.Calibrations.Select(c => (s.Name, c)))]);
            }

            if (job.NeedsSpectra)
            {
                console.ResolvedScales([.. scores.SelectMany(s => s.Spectra!.Select(spectrum => (s.Name, spectrum)))]);
            }
        });
    }

    private static void Show(IAnsiConsole console, IReadOnlyList<ScoredTable> scores, bool isTruth, ScoreJob job)
    {
        IReadOnlyList<string> errors = isTruth ? ["RMSE", "±"] : MisfitCells.Heads;
        var parts = scores.SelectMany(s => s.Results).Select(r => r.Part).ToList();
        var hasBands = isTruth && scores.Any(s => s.Note.BandLevel is not null);
        console.Numbers(
            $"Against {(isTruth ? "the truth" : "the withheld observations")}{(job.Steps is { } steps ? $", steps {steps}" : "")}"
            + $"{(job.Margin > 0 ? $", without {job.Margin} steps at each end" : "")}"
            + "; ± is the standard deviation over trajectories, ahead the steps past its own that an analysis "
                + "(a forecast's start) has seen, ? where the table does not tell"
            + (isTruth ? "" : $"; {MisfitCells.Legend} ({MisfitCells.How(scores.SelectMany(s => s.Results))})"),
            [
                "of", "in", "model", "ahead", "sites", .. PartCells.Heads(parts), "lead", .. errors, "bias", "spread", "ratio", "CRPS",
                .. hasBands ? ["covered", "level"] : Array.Empty<string>(),
                isTruth ? "states" : "observations",
            ],
            scores.SelectMany(scored => scored.Results
                .GroupBy(r => (r.Sites, r.Lead, r.Part))
                .Select(group => Row(scored, [.. group], isTruth, PartCells.Of(group.Key.Part, parts), hasBands))));
        console.LeadCurves(scores);
    }

    private static string[] Row(ScoredTable scored, IReadOnlyList<ScoreResult> results, bool isTruth, IReadOnlyList<string> part, bool hasBands)
    {
        ScoreResult? Of(string score) => results.FirstOrDefault(r => r.Score == score);
        var any = results[0];
        var calibration = scored.Calibrations.FirstOrDefault(c => c.Sites == any.Sites && c.Lead == any.Lead && c.Part == any.Part);
        return
        [
            scored.Table.ToString().ToLowerInvariant(),
            scored.Archive,
            scored.Note.Model ?? "-",
            scored.Note.LookAhead is { } ahead ? Tables.Count(ahead) : "?",
            any.Sites.ToString().ToLowerInvariant(),
            .. part,
            scored.Table == ArchiveTable.Forecasts ? Tables.Number(any.LeadTime, 2) : "",
            .. isTruth ? [Tables.Number(Of(RootMeanSquareError.Name)?.Value), Tables.Number(Of(RootMeanSquareError.Name)?.Deviation)] : MisfitCells.Of(Of),
            Tables.Number(Of(Bias.Name)?.Value),
            Tables.Number(Of(Spread.Name)?.Value ?? calibration?.Spread),
            Tables.Number(calibration?.Ratio),
            Tables.Number(Of(ContinuousRankedProbability.Name)?.Value),
            .. hasBands ? [Tables.Number(Of(BandCoverage.Name)?.Value), Tables.Number(scored.Note.BandLevel)] : Array.Empty<string>(),
            Tables.Count(any.Count),
        ];
    }
}
