using System.CommandLine;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Inference.Forecasting;
using Coda.Inference.Sessions;
using Coda.Workflows.Progress;

namespace Coda.Cli.Commands;

/// <summary><c>coda forecast</c>: analyses to states ahead.</summary>
internal sealed class ForecastCommand : CodaCommand
{
    private const int DefaultStartEvery = 50;
    private const string Smoothed = "smoothed";

    private readonly Option<string> _archive = new("--archive", "-a") { Description = "The archive with the analyses.", HelpName = "DIR", Required = true };
    private readonly Option<bool> _noVerify = CommonOptions.NoVerify();
    private readonly Option<string?> _model = CommonOptions.Model();
    private readonly Option<string?> _method = new("--method") { Description = "hybrid (the model's simulator, parameters and correction), simulator (the archive's bare system) or persistence; hybrid where a model is given.", HelpName = "NAME" };
    private readonly Option<double[]> _leads = new("--leads")
    {
        Description = "The leads to keep, in time units, multiples of the step.", HelpName = "TIME", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [0, 0.25, 0.5, 1, 2, 3, 5],
    };

    private readonly Option<double?> _every = new("--every") { Description = $"The time between two starts, in time units ({DefaultStartEvery} steps).", HelpName = "TIME" };
    private readonly Option<string> _from = new Option<string>("--from")
    {
        Description = "What to start from: past (analyses that look back only, as a forecaster's do), or smoothed (any; what looks ahead has seen part of what it forecasts, and every table says so).",
        DefaultValueFactory = _ => "past",
    }.AcceptOnlyFromAmong("past", Smoothed);

    private readonly Option<int> _members = new("--members") { Description = "Forecast an ensemble of so many members from each start, drawn by the analyses' spread, and write their mean and spread.", HelpName = "COUNT", DefaultValueFactory = _ => 1 };
    private readonly Option<double?> _initialSpread = new("--initial-spread") { Description = "The standard deviation of the members' starts at every entry, in place of the analyses' spread.", HelpName = "VALUE" };
    private readonly Option<ulong> _seed = new("--seed") { Description = "The seed that the members are drawn by.", HelpName = "SEED", DefaultValueFactory = _ => 1 };
    private readonly Option<string?> _output = new("--output", "-o") { Description = "Another archive for the forecasts; by default they go into the archive, in place of those there.", HelpName = "DIR" };
    private readonly Option<int> _workers = CommonOptions.Workers();
    private readonly Option<string> _device = CommonOptions.Device();

    /// <summary>Declares the command.</summary>
    public ForecastCommand()
        : base(
            "forecast",
            "Forecasts from an archive's analyses that look back only (coda analyze --nowcast, --polish 6 --look-back 200, or a filter), batched over starts. The forecasts appear when they are whole.",
            "coda forecast --archive out/test-starts --model models/lorenz96 --leads 0 0.5 1 2 5 --every 0.5",
            "coda forecast --archive out/test-filter --model models/lorenz96 --members 50 --output out/test-ensemble",
            "coda forecast --archive out/test-nowcast --method persistence --leads 0 0.5 1 --every 0.5 --output out/test-persistence",
            "coda forecast --archive out/test --model models/lorenz96 --from smoothed --output out/test-seen")
    {
        foreach (Option option in new Option[] { _archive, _noVerify, _model, _method, _leads, _every, _from, _members, _initialSpread, _seed, _output, _workers, _device })
        {
            Add(option);
        }

        Rules =
        [
            OptionRule.Ignored(_initialSpread, "with one member", "", parsed => parsed.GetValue(_members) == 1),
            OptionRule.Ignored(_seed, "with one member", "", parsed => parsed.GetValue(_members) == 1),
            OptionRule.Ignored(
                _model, "with --method simulator or persistence", "--method persistence", parsed => parsed.GetValue(_method) is "simulator" or "persistence"),
        ];
    }

    /// <inheritdoc/>
    public override void Run(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        using var archive = ParquetArchive.Open(arguments.GetRequiredValue(_archive), verifies: !arguments.GetValue(_noVerify));
        using var model = CommonOptions.OpenModel(arguments.GetValue(_model), arguments.GetRequiredValue(_device), terminal);
        var time = new TimeAxis(archive.Description.StepLength);
        var request = new ForecastRequest
        {
            Leads = [.. arguments.GetRequiredValue(_leads).Select(lead => CommonOptions.Steps("--leads", time, lead)).Distinct().Order()],
            StartEvery = arguments.GetValue(_every) is { } every ? CommonOptions.Interval(_every.Name, time, every) : DefaultStartEvery,
            Members = arguments.GetValue(_members),
            InitialSpread = arguments.GetValue(_initialSpread),
            Seed = arguments.GetValue(_seed),
            Workers = arguments.GetValue(_workers),
            Warnings = terminal.Warnings,
        };
        var job = new Job(arguments.GetValue(_method) ?? (model is null ? "" : "hybrid"), archive, request)
        {
            Model = model,
            Output = arguments.GetValue(_output),
            Command = arguments.CommandLine(),
            TakesSmoothed = arguments.GetRequiredValue(_from) == Smoothed,
        };
        var result = Forecast(job, new Stages(terminal), cancellation);
        terminal.Result(result, console => console.Facts(
            $"Forecasts in {result.Archive}",
            ("method", result.Method),
            ("starts", $"analyses that {result.Note.Describe()}{(result.Starts == StartKind.Past ? "" : "; at leads that they have seen, these are no forecasts")}"),
            ("leads", string.Join(", ", result.Leads)),
            ("members", result.Members > 1 ? $"{result.Members}, of which mean and spread were written" : null),
            ("states", Tables.Count(result.States)),
            ("time", Tables.Duration(TimeSpan.FromSeconds(result.Seconds)))));
    }

    /// <summary>Forecasts from an archive's analyses and writes the forecasts.</summary>
    /// <param name="job">By which method, from what, to where.</param>
    /// <param name="stages">Shows the progress.</param>
    /// <param name="cancellation">Cancelled by Ctrl-C.</param>
    internal static Outcome Forecast(Job job, Stages stages, CancellationToken cancellation)
    {
        var path = job.Output ?? job.Archive.Path;
        var description = job.Archive.Description;
        var note = StartsOf(job);
        job.Model?.Card.On(description);
        var method = Method(job);
        using var disposable = method as IDisposable;
        var expected = (double)description.TrajectoryCount * ((description.Steps.Count / job.Request.StartEvery) + 1);
        var time = stages.Run($"forecast ({method.Name})", state =>
        {
            var request = job.Request with
            {
                Progress = new Relay<long>(done => state.Report(new(Math.Min(1, done / expected)))),
                Cancellation = cancellation,
            };
            var (folder, content) = EstimateTarget.Of(job.Archive, job.Output, job.Command);
            using var target = File.Exists(Path.Combine(folder, "archive.json")) ? ParquetArchive.Open(folder) : ParquetArchive.Create(folder, content);
            target.WriteStates(ArchiveTable.Forecasts, Forecasts.Run(method, job.Archive.ReadStates(ArchiveTable.Analyses), request).Until(cancellation), note);
        });
        using var written = ParquetArchive.Open(path);
        var axis = new TimeAxis(description.StepLength);
        return new Outcome(method.Name, path, [.. job.Request.Leads.Select(lead => axis.TimeOf(lead))], written.RowCount(ArchiveTable.Forecasts), time.TotalSeconds) { Members = job.Request.Members, Note = note };
    }

    // What the forecasts say of the analyses that they start from.
    private static TableNote StartsOf(Job job)
    {
        var note = job.Archive.Description.NoteOf(ArchiveTable.Analyses);
        if (note.Kind == StartKind.Past || job.TakesSmoothed || !job.Archive.HasTable(ArchiveTable.Analyses))
        {
            // What makes analyses doubtful makes what starts from them so.
            IReadOnlyList<RunWarning>? warnings = note.Warnings is { } all ? [.. all.Select(w => w with { IsFailure = false })] : null;
            foreach (var warning in warnings ?? [])
            {
                job.Request.Warnings?.Add(warning);
            }

            return new TableNote { LookAhead = note.LookAhead, Warnings = warnings };
        }

        var tell = note.Kind == StartKind.Unknown ? " Or run the 'coda analyze' that made them once more: it leaves the analyses and lets the table tell." : "";
        throw new ArgumentException(
            $"{job.Archive.Path}: expected analyses that look back only, as a forecaster's do, got some that {note.Describe()}. Analyze with --nowcast, with --polish 6 --look-back 200 --every TIME, or by a "
            + $"filter, into another --output, and forecast from there; --from {Smoothed} takes these all the same, and every table says so.{tell}");
    }

    private static IForecastModel Method(Job job)
    {
        var description = job.Archive.Description;
        return job.Method switch
        {
            "hybrid" => new HybridForecast(job.Model ?? throw new ArgumentException("Method 'hybrid': expected a trained model, got none; name its folder with --model DIR."), description),
            "persistence" => new PersistenceForecast(job.Archive.ReadStates(ArchiveTable.Analyses).First().StateSize, description.StepLength),
            "simulator" => new SimulatorForecast(new Simulator(
                DynamicalSystem.Catalog.Create(description.System ?? throw new ArgumentException("Method 'simulator': expected an archive that names its system, got one that does not; import it with --system.")),
                Integrator.Catalog.Create(new Component("runge-kutta4")),
                description.StepLength)),
            "" => throw new ArgumentException("Expected --model DIR or --method NAME, got neither. Methods: hybrid, simulator, persistence."),
            var unknown => throw new ArgumentException(
                $"Unknown method '{unknown}'.{(NearestName.Of(unknown, ["hybrid", "simulator", "persistence"]) is { } near ? $" Did you mean '{near}'?" : "")} Known: hybrid, simulator, persistence."),
        };
    }

    /// <summary>What to forecast from, by which method, to where.</summary>
    /// <param name="Method">hybrid, simulator or persistence.</param>
    /// <param name="Archive">The archive with the analyses.</param>
    /// <param name="Request">Which starts and leads.</param>
    internal sealed record Job(string Method, ParquetArchive Archive, ForecastRequest Request)
    {
        /// <summary>The trained model, for hybrid.</summary>
        public OnnxModel? Model { get; init; }

        /// <summary>Whether analyses that look ahead are taken, too, or such as do not tell.</summary>
        public bool TakesSmoothed { get; init; }

        /// <summary>Another archive for the forecasts; the archive itself by default.</summary>
        public string? Output { get; init; }

        /// <summary>The command, for the provenance.</summary>
        public string Command { get; init; } = "";
    }

    /// <summary>What was written.</summary>
    /// <param name="Method">By which method.</param>
    /// <param name="Archive">Where.</param>
    /// <param name="Leads">The leads, in time units.</param>
    /// <param name="States">The number of forecast states.</param>
    /// <param name="Seconds">The time it took.</param>
    internal sealed record Outcome(string Method, string Archive, IReadOnlyList<double> Leads, long States, double Seconds)
    {
        /// <summary>The members of each forecast; 1 without an ensemble.</summary>
        public int Members { get; init; } = 1;

        /// <summary>What the forecasts say of the analyses that they start from.</summary>
        public TableNote Note { get; init; } = TableNote.Unknown;

        /// <summary>Whether these have seen their own future.</summary>
        public StartKind Starts => Note.Kind;
    }
}
