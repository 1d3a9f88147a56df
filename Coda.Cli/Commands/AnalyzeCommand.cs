using System.CommandLine;
using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;
using Coda.Inference.Classical.Variational;
using Coda.Inference.Sessions;

namespace Coda.Cli.Commands;

/// <summary><c>coda analyze</c>: observations to analyses, by a trained model or a classical method.</summary>
internal sealed class AnalyzeCommand : CodaCommand
{
    private const string Network = "network";
    private const string Polished = "polished";

    private readonly Option<string> _archive = CommonOptions.Archive();
    private readonly Option<string?> _model = CommonOptions.Model();
    private readonly Option<string?> _method = new("--method") { Description = "The method ('coda methods' lists them), or a file of 'coda tune'; network where a model is given.", HelpName = MethodChoice.HelpName };
    private readonly Option<string[]> _set = CommonOptions.Set("Set an option of the method, as in half-width=25 or solver=tiled; 'coda methods NAME' lists them.");
    private readonly Option<string?> _reference = new("--reference") { Description = "The archive that the method takes its statistics from (the archive itself).", HelpName = "DIR" };
    private readonly Option<string?> _output = new("--output", "-o") { Description = "Another archive for the analyses; by default they go into the archive, in place of those there.", HelpName = "DIR" };
    private readonly Option<bool> _nowcast = new("--nowcast") { Description = "Leave out what was observed after each step, as if it were the newest." };
    private readonly Option<int?> _polish = new("--polish") { Description = "Polish the model's analyses with at most so many Gauss-Newton passes over the record (6 does); on rings of 160 sites and more by tiles, whose cost grows linearly with the sites (--set solver=dense: exactly).", HelpName = "PASSES" };
    private readonly Option<int?> _lag = new("--lag") { Description = "The lag of a smoother, in steps; short for --set lag=STEPS.", HelpName = "STEPS" };
    private readonly Option<int> _workers = CommonOptions.Workers();
    private readonly Option<string> _device = CommonOptions.Device();

    /// <summary>Declares the command.</summary>
    public AnalyzeCommand()
        : base(
            "analyze",
            "Analyzes every step of an archive's observations, in parallel over time. The analyses appear when they are whole; a run that was stopped is run again.",
            "coda analyze --archive out/test --model models/lorenz96",
            "coda analyze --archive out/test --method space-time-optimal-interpolation --set half-width=25 --output out/test-oi",
            "coda analyze --archive out/test --model models/lorenz96 --polish 6 --output out/test-polished",
            "coda analyze --archive out/test --method enks --lag 50 --output out/test-enks",
            "coda analyze --archive out/test --model models/lorenz96 --nowcast --output out/test-nowcast")
    {
        foreach (Option option in new Option[] { _archive, _model, _method, _set, _reference, _output, _nowcast, _polish, _lag, _workers, _device })
        {
            Add(option);
        }
    }

    /// <inheritdoc/>
    public override void Run(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var stages = new Stages(terminal);
        using var archive = ParquetArchive.Open(arguments.GetRequiredValue(_archive));
        using var model = CommonOptions.OpenModel(arguments.GetValue(_model), arguments.GetRequiredValue(_device), terminal);
        using var reference = arguments.GetValue(_reference) is { } path ? ParquetArchive.Open(path) : null;
        var job = new Job(Method(arguments, model is not null), archive, reference ?? archive)
        {
            Model = model,
            Output = arguments.GetValue(_output),
            Workers = arguments.GetValue(_workers),
            Command = arguments.CommandLine(),
        };
        var result = Analyze(job, stages, cancellation);
        foreach (var stretch in result.Unsound.Concat(result.Unsolved))
        {
            terminal.Say($"Trajectory {stretch.Trajectory}, steps {stretch.Steps}: {stretch.Outcome} after {stretch.Passes} passes, misfit {Tables.Number(stretch.Misfit)}"
                + (stretch.UnsolvedEquations > 0 ? $"; {stretch.UnsolvedEquations} linear equations were not solved to their tolerance (larger tiles or solver=dense solve them)." : "."));
        }

        if (job.Output is null && archive.HasTable(ArchiveTable.Forecasts))
        {
            terminal.Say("The forecasts in this archive started from the analyses before; run 'coda forecast' again.");
        }

        terminal.Result(result, console => console.Facts(
            $"Analyses in {result.Archive}",
            ("method", result.Method),
            ("states", Tables.Count(result.States)),
            ("stretches", result.Stretches > 0 ? $"{Tables.Count(result.Stretches)}, of which {Tables.Count(result.Unsound.Count)} did not converge" : null),
            ("conjugate gradients", result.Iterations > 0 ? $"{Tables.Count(result.Iterations)} iterations" : null),
            ("time", $"{Tables.Duration(TimeSpan.FromSeconds(result.Seconds))} ({Tables.Count((long)(result.States / Math.Max(result.Seconds, 1e-3)))} states/s)")));
    }

    /// <summary>Analyzes an archive and writes the analyses.</summary>
    /// <param name="job">By which method, from what, to where.</param>
    /// <param name="stages">Shows the progress.</param>
    /// <param name="cancellation">Cancelled by Ctrl-C.</param>
    internal static Outcome Analyze(Job job, Stages stages, CancellationToken cancellation)
    {
        var path = job.Output ?? job.Archive.Path;
        var reports = new List<StretchReport>();
        var time = stages.Run($"analyze ({job.Method.Name})", state =>
        {
            var method = Methods.Catalog.Create(job.Method, new AnalysisContext(job.Reference, job.Model));
            var request = job.Request with
            {
                Workers = job.Workers,
                Progress = new Relay<double>(share => state.Report(new(share))),
                Cancellation = cancellation,
            };
            using var target = CommonOptions.Target(job.Archive, job.Output, job.Command);
            var analyses = method is IStretchedMethod stretched ? stretched.Analyze(job.Archive, request, reports.Add) : method.Analyze(job.Archive, request);
            target.WriteStates(ArchiveTable.Analyses, analyses.Until(cancellation));
        });
        using var written = ParquetArchive.Open(path);
        return new Outcome(job.Method.Name, path, written.RowCount(ArchiveTable.Analyses), time.TotalSeconds)
        {
            Stretches = reports.Count,
            Unsound = [.. reports.Where(r => !r.IsSound)],
            Unsolved = [.. reports.Where(r => r.IsSound && r.UnsolvedEquations > 0)],
            Iterations = reports.Sum(r => (long)r.Iterations),
        };
    }

    private Component Method(ParseResult arguments, bool hasModel)
    {
        var (passes, given) = (arguments.GetValue(_polish), arguments.GetValue(_method) is { } text ? MethodChoice.Of(text) : null);
        if (passes is not null && (!hasModel || (given?.Name ?? Polished) != Polished))
        {
            throw new ArgumentException("--polish: expected a trained model and no other method, whose analyses it polishes; name its folder with --model DIR.");
        }

        var method = given ?? new Component(passes is not null ? Polished : hasModel ? Network : throw new ArgumentException(
            $"Expected --model DIR or --method NAME, got neither. Methods: {string.Join(", ", Methods.Catalog.Names)}."));
        if (method.Name == Network && !hasModel)
        {
            throw new ArgumentException("Method 'network': expected a trained model, got none; name its folder with --model DIR.");
        }

        string[] settings =
        [
            .. arguments.GetValue(_set) ?? [],
            .. arguments.GetValue(_nowcast) ? ["nowcast=true"] : Array.Empty<string>(),
            .. passes is { } most ? [$"passes={most}"] : Array.Empty<string>(),
            .. arguments.GetValue(_lag) is { } lag ? [$"lag={lag}"] : Array.Empty<string>(),
        ];
        return method.With(settings);
    }

    /// <summary>What to analyze, by which method, to where.</summary>
    /// <param name="Method">The method with its options.</param>
    /// <param name="Archive">The observations.</param>
    /// <param name="Reference">Where statistics come from.</param>
    internal sealed record Job(Component Method, ParquetArchive Archive, IObservationArchive Reference)
    {
        /// <summary>The trained model, for methods that need one.</summary>
        public OnnxModel? Model { get; init; }

        /// <summary>Another archive for the analyses; the archive itself by default.</summary>
        public string? Output { get; init; }

        /// <summary>The number of workers; 0 for one on each core.</summary>
        public int Workers { get; init; }

        /// <summary>Which steps.</summary>
        public AnalysisRequest Request { get; init; } = new();

        /// <summary>The command, for the provenance.</summary>
        public string Command { get; init; } = "";
    }

    /// <summary>What was written.</summary>
    /// <param name="Method">By which method.</param>
    /// <param name="Archive">Where.</param>
    /// <param name="States">The number of analyses.</param>
    /// <param name="Seconds">The time it took.</param>
    internal sealed record Outcome(string Method, string Archive, long States, double Seconds)
    {
        /// <summary>The number of stretches that a smoother iterated on; 0 for other methods.</summary>
        public int Stretches { get; init; }

        /// <summary>Those that did not converge.</summary>
        public IReadOnlyList<StretchReport> Unsound { get; init; } = [];

        /// <summary>Those that did, with linear equations on the way, or of the spread, that conjugate gradients did not solve to their tolerance.</summary>
        public IReadOnlyList<StretchReport> Unsolved { get; init; } = [];

        /// <summary>All iterations of conjugate gradients; 0 where equations are solved directly.</summary>
        public long Iterations { get; init; }
    }
}
