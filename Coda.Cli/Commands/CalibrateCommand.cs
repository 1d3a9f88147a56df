using System.CommandLine;
using Coda.Data.Archives.Stored;
using Coda.Data.Coverage;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;
using Coda.Inference.Sessions;
using Coda.Workflows.Calibrating;

namespace Coda.Cli.Commands;

/// <summary><c>coda calibrate</c>: bands that cover, from withheld observations.</summary>
public sealed class CalibrateCommand : CodaCommand
{
    private readonly Option<string> _archive = CommonOptions.Archive();
    private readonly Option<bool> _noVerify = CommonOptions.NoVerify();
    private readonly ModelOptions _model = new();
    private readonly Option<string?> _method = new("--method")
    {
        Description = "The method whose analyses get bands ('coda methods' lists them), or a file of 'coda tune'; the model's own where one is given. They are "
            + "made on the way and not kept.",
        HelpName = MethodChoice.HelpName,
    };

    private readonly Option<string[]> _set = CommonOptions.Set("Set an option of the method, as for 'coda analyze'.");
    private readonly Option<string?> _analyses =
        new("--analyses") { Description = "Without model and method: the archive whose analyses get bands (the archive itself).", HelpName = "DIR" };
    private readonly Option<bool> _forecasts = new("--forecasts") { Description = "Calibrate its forecasts, by lead, in place of its analyses." };
    private readonly Option<string> _levels = new("--levels")
    {
        Description = "The levels, between 0 and 1.", HelpName = "LEVEL,...", DefaultValueFactory = _ => "0.8,0.9,0.95",
    };

    private readonly Option<double> _test = new("--test")
    {
        Description = "The share of the record's steps, at its end, that calibration does not see and coverage is measured on.",
        HelpName = "SHARE", DefaultValueFactory = _ => 0.25,
    };

    private readonly Option<int> _deny = new("--deny")
    {
        Description = "How often an eighth of the observed sites is denied to the method, to calibrate bands where nothing is ever observed, which have none "
            + "otherwise (0).",
        HelpName = "TIMES",
    };

    private readonly Option<int> _margin = new("--margin") { Description = "The number of steps left out at each end of the record." };
    private readonly Option<string?> _grossCheck = CommonOptions.GrossCheck();
    private readonly Option<int> _workers = CommonOptions.Workers();
    private readonly Option<string> _output =
        new("--output", "-o") { Description = "The file for the bands.", HelpName = "FILE", DefaultValueFactory = _ => "bands.json" };

    /// <summary>Declares the command.</summary>
    public CalibrateCommand()
        : base(
            CommandGroup.Training,
            "calibrate",
            "Calibrates bands around analyses or forecasts that cover what they promise, from withheld observations alone; no truth is read. Says nominal "
                + "against measured coverage, on observations that the calibration did not see. 'coda analyze --bands' makes use of them.",
            "coda calibrate --archive out/calibration --model lorenz96 --output bands.json",
            "coda calibrate --archive out/calibration --method enks --set lag=50 --levels 0.5,0.9,0.99",
            "coda calibrate --archive out/calibration --analyses out/starts --forecasts --output forecast-bands.json")
    {
        foreach (Option option in (Option[])
        [
            _archive, _noVerify, .. _model.All, _method, _set, _analyses, _forecasts, _levels, _test, _deny, _margin, _grossCheck, _workers, _output,
        ])
        {
            Add(option);
        }

        Rules =
        [
            _model.Rule,
            OptionRule.SetsOnce(_set),
            OptionRule.IsHere(_output),
            OptionRule.Excludes(_analyses, _method, "whose analyses are made on the way"),
            OptionRule.Excludes(_analyses, _model.Model, "whose analyses are made on the way"),
            OptionRule.Excludes(_forecasts, _method, "which makes analyses"),
            OptionRule.Excludes(_forecasts, _model.Model, "which makes analyses"),
        ];
    }

    /// <inheritdoc/>
    public override void Run(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        using var archive = ParquetArchive.Open(arguments.GetRequiredValue(_archive), verifies: !arguments.GetValue(_noVerify));
        using var model = _model.Open(arguments, terminal);
        var job = new CalibrateJob(archive)
        {
            Method = Method(arguments, model),
            Model = model,
            Estimates = arguments.GetValue(_analyses),
            OfForecasts = arguments.GetValue(_forecasts),
            Request = new() { Levels = Levels(arguments.GetRequiredValue(_levels)), TestShare = arguments.GetValue(_test) },
            Denials = arguments.GetValue(_deny),
            Margin = arguments.GetValue(_margin),
            GrossCheck = CommonOptions.DeviationsOf(arguments.GetValue(_grossCheck)),
            Workers = arguments.GetValue(_workers),
            Output = arguments.GetRequiredValue(_output),
            Provenance = arguments.CommandLine(),
        };
        var (file, bands, residuals) = CalibrateWorkflow.Run(job, terminal, cancellation);
        var told = new { file, residuals, bands.Levels, bands.Correlations, bands.Groups, bands.Measured, bands.NeverObserved, bands.NotCovered };
        terminal.Result(told, console =>
        {
            console.Coverage(bands);
            console.Facts(
                $"Bands in {file}",
                ("of", bands.Table.ToString().ToLowerInvariant()),
                ("method", bands.Origin.GetValueOrDefault("method")),
                ("model", bands.Origin.GetValueOrDefault("model")),
                ("from", $"{Tables.Count(residuals)} residuals of withheld observations"),
                ("not covered", bands.NotCovered.Count > 0 ? $"{Tables.Count(bands.NotCovered.Count)} entries of fields without observations" : null));
        });
    }

    private static double[] Levels(string text) => [.. text.Split(',', StringSplitOptions.TrimEntries).Select(part =>
        double.TryParse(part, System.Globalization.CultureInfo.InvariantCulture, out var level)
            ? level : throw new ArgumentException($"--levels: expected levels between 0 and 1, as in 0.8,0.9,0.95, got '{text}'."))];

    private Component? Method(ParseResult arguments, OnnxModel? model)
    {
        var given = arguments.GetValue(_method) is { } text ? MethodChoice.Of(text) : model is not null ? new Component(MethodChoice.Own(model)) : null;
        var settings = arguments.GetValue(_set) ?? [];
        return given is not null ? given.With(settings) : settings.Length == 0 ? null : throw new ArgumentException(
            $"--set: expected --model DIR or --method NAME, whose options they are, got neither. "
            + $"Methods: {string.Join(", ", AssimilationMethod.Catalog.Names)}.");
    }
}
