using System.CommandLine;
using Coda.Data.Archives;
using Coda.Data.Archives.Runs;
using Coda.Data.Archives.Stored;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Inference.Forecasting;
using Coda.Workflows.Forecasting;

namespace Coda.Cli.Commands;

/// <summary><c>coda forecast</c>: analyses to states ahead.</summary>
public sealed class ForecastCommand : CodaCommand
{
    private const int DefaultStartEvery = 50;
    private const string Smoothed = "smoothed";

    private readonly Option<string> _archive = new("--archive", "-a") { Description = "The archive with the analyses.", HelpName = "DIR", Required = true };
    private readonly Option<bool> _noVerify = CommonOptions.NoVerify();
    private readonly ModelOptions _model = new();
    private readonly Option<string?> _method =
        new("--method") { Description = "hybrid (the model's simulator, parameters and correction), "
            + "simulator (a bare system, the archive's or as in simulator:system=lorenz96), persistence, or a forecast model of your own; "
            + "hybrid where a model is given.", HelpName = MethodChoice.HelpName };
    private readonly Option<double[]> _leads = CommonOptions.Leads("keep");

    private readonly Option<double?> _every = new("--every")
    {
        Description = $"The time between two starts, in time units ({DefaultStartEvery} steps; without --leads, what the leads are multiples of).",
        HelpName = "TIME",
    };
    private readonly Option<string> _from = new Option<string>("--from")
    {
        Description = "What to start from: past (analyses that look back only, as a forecaster's do), "
            + "or smoothed (any; what looks ahead has seen part of what it forecasts, and every table says so).",
        DefaultValueFactory = _ => "past",
    }.AcceptOnlyFromAmong("past", Smoothed);

    private readonly Option<int> _members =
        new("--members") { Description = "Forecast an ensemble of so many members from each start, "
            + "drawn by the analyses' spread, and write their mean and spread.", HelpName = "COUNT", DefaultValueFactory = _ => 1 };
    private readonly Option<double?> _initialSpread =
        new("--initial-spread") { Description = "The standard deviation of the members' starts at every entry, in place of the analyses' spread.",
            HelpName = "VALUE" };
    private readonly Option<ulong> _seed =
        new("--seed") { Description = "The seed that the members are drawn by.", HelpName = "SEED", DefaultValueFactory = _ => 1 };
    private readonly Option<string?> _output =
        new("--output", "-o") { Description = "Another archive for the forecasts; by default they go into the archive, in place of those there.",
            HelpName = "DIR" };
    private readonly BandOptions _bands = new("forecasts");
    private readonly Option<int> _workers = CommonOptions.Workers();
    private readonly PartOptions _parts = new("forecasts", "method, model, analyses and request");

    /// <summary>Declares the command.</summary>
    public ForecastCommand()
        : base(
            CommandGroup.Estimates,
            "forecast",
            "Forecasts from an archive's analyses that look back only (coda analyze --nowcast, --polish 6 --look-back 200, or a filter), "
                + "batched over starts, part by part. The forecasts appear when they are whole; "
                + "a run that was stopped goes on where it was, and several processes or machines can share one (--shard).",
            "coda forecast --archive out/test-starts --model models/lorenz96 --leads 0 0.5 1 2 5 --every 0.5",
            "coda forecast --archive out/test-filter --model models/lorenz96 --members 50 --output out/test-ensemble",
            "coda forecast --archive out/test-nowcast --method persistence --leads 0 0.5 1 --every 0.5 --output out/test-persistence",
            "coda forecast --archive out/test --model models/lorenz96 --from smoothed --output out/test-seen",
            "coda forecast --archive out/test-nowcast --model models/lorenz96 --output out/test-forecasts --shard 0/2")
    {
        foreach (Option option in (Option[])[
            _archive, _noVerify, .. _model.All, _method, _leads, _every, _from, _members, _initialSpread, _seed, _output, .. _bands.All, _workers,
            .. _parts.All])
        {
            Add(option);
        }

        Rules =
        [
            _parts.Rule,
            _model.Rule,
            _bands.Rule,
            OptionRule.Ignored(_initialSpread, "with one member", "", parsed => parsed.GetValue(_members) == 1),
            OptionRule.Ignored(_seed, "with one member", "", parsed => parsed.GetValue(_members) == 1),
            OptionRule.Ignored(
                _model.Model, "with --method simulator or persistence", "--method persistence", parsed =>
                    MethodChoice.NameOf(parsed.GetValue(_method)) is "simulator" or "persistence"),
        ];
    }

    /// <inheritdoc/>
    public override void Run(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        using var archive = ParquetArchive.Open(arguments.GetRequiredValue(_archive), verifies: !arguments.GetValue(_noVerify));
        using var model = _model.Open(arguments, terminal);
        var time = new TimeAxis(archive.Description.StepLength);
        var (leads, unit) = CommonOptions.LeadsOf(arguments.GetValue(_leads), archive, terminal);
        var request = new ForecastRequest
        {
            Leads = leads,
            StartEvery = arguments.GetValue(_every) is { } every ? CommonOptions.Interval(_every.Name, time, every) : unit ?? DefaultStartEvery,
            Members = arguments.GetValue(_members),
            InitialSpread = arguments.GetValue(_initialSpread),
            Seed = arguments.GetValue(_seed),
            Workers = arguments.GetValue(_workers),
        };
        var job = new ForecastJob(Method(arguments, model is not null), archive, request)
        {
            Model = model,
            Output = arguments.GetValue(_output),
            Provenance = arguments.CommandLine(),
            Bands = _bands.Of(arguments),
            TakesSmoothed = arguments.GetRequiredValue(_from) == Smoothed,
            Shard = _parts.ShardOf(arguments),
            Memory = _parts.MemoryOf(arguments),
            IsRestarted = _parts.IsRestarted(arguments),
            PartSize = _parts.SizeOf(arguments),
        };
        var result = ForecastWorkflow.Run(job, terminal, cancellation);
        terminal.Result(result, console => console.Facts(
            result.IsSealed ? $"Forecasts in {result.Archive}" : $"Unfinished forecasts in {result.Archive}",
            ("method", result.Method),
            ("model", result.Note.Model),
            ("starts",
                $"analyses that {result.Note.Describe()}{(result.Starts == StartKind.Past ? "" : "; at leads that they have seen, these are no forecasts")}"),
            ("leads", string.Join(", ", result.Leads)),
            ("bands", BandOptions.Describe(result.Note)),
            ("members", result.Members > 1 ? $"{result.Members}, of which mean and spread were written" : null),
            ("states", Tables.Count(result.States)),
            ("parts", _parts.Describe(result.PartsMade, result.PartsBefore, result.IsSealed, job.Shard)),
            ("memory", PartOptions.DescribeMemory(job.Memory, result.PeakMemory, result.Workers)),
            ("time", Tables.Duration(TimeSpan.FromSeconds(result.Seconds)))));
    }

    private Component Method(ParseResult arguments, bool hasModel) =>
        arguments.GetValue(_method) is { } text ? MethodChoice.Of(text)
        : hasModel ? new Component("hybrid")
        : throw new ArgumentException($"Expected --model DIR or --method NAME, got neither. Methods: {string.Join(", ", ForecastModel.Catalog.Names)}.");
}
