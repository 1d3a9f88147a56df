using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Scoring;
using Coda.Data.Time;
using Coda.Figures.Drawing;
using Coda.Reports.Gathering;
using Coda.Reports.Pages;
using Coda.Training.Experiments;
using Coda.Workflows.Demonstrating;
using Coda.Workflows.Progress;
using Spectre.Console;

namespace Coda.Cli.Commands;

/// <summary><c>coda demo</c>: the main job from end to end on a fixed record.</summary>
public sealed class DemoCommand : CodaCommand
{
    private readonly Option<string> _experiment = new("--experiment")
    {
        Description = "What is demonstrated; --list has them.", HelpName = "NAME", DefaultValueFactory = _ => DemoSettings.Default,
    };

    private readonly Option<bool> _list = new("--list") { Description = "List what can be demonstrated, and run nothing." };
    private readonly Option<string?> _output =
        new("--output", "-o") { Description = "The folder for everything (out/demo, out/demo-NAME, each with -quick behind where --quick).", HelpName = "DIR" };
    private readonly Option<bool> _quick = new("--quick") { Description = "A tiny run through every stage, in seconds; its numbers mean nothing." };
    private readonly Option<int?> _steps = new("--steps") { Description = "The number of training steps." };
    private readonly Option<int?> _threads = new("--threads") { Description = "The number of threads of LibTorch (all cores; 1 where --quick)." };
    private readonly Option<bool> _open = new("--open") { Description = "Show the report in the end, with what this system opens HTML with." };

    /// <summary>Declares the command.</summary>
    public DemoCommand()
        : base(
            CommandGroup.Start,
            "demo",
            "Runs the main job, on Lorenz-96 where no other --experiment is named: simulates a record of sparse, noisy observations, trains network and "
            + "forcing jointly from a wrong start, exports, analyzes, forecasts, scores against classical methods, writes a report, and says where each file "
            + "lies. Run again, it reuses what is finished.",
            "coda demo", "coda demo --quick", "coda demo --steps 2000 --output out/short --json",
            "coda demo --list")
    {
        Grace = GraceOfTraining;
        foreach (Option option in new Option[] { _experiment, _list, _output, _quick, _steps, _threads, _open })
        {
            Add(option);
        }

        _experiment.CompletionSources.Add(_ => NamedDemo.All.Select(demo => demo.Name));
        Rules =
        [
            .. new Option[] { _experiment, _output, _quick, _steps, _threads, _open }.Select(other => OptionRule.Excludes(_list, other)),
            OptionRule.IsHere(_output),
        ];
    }

    /// <inheritdoc/>
    public override void Run(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        if (arguments.GetValue(_list))
        {
            terminal.Result(NamedDemo.All.Select(demo => demo.Full), console => console.Words(
                "Demos", ["name", "system", "model"],
                NamedDemo.All.Select(demo => (string[])[demo.Full.Name, demo.Full.Test.System.Name, ModelOf(demo.Full)])));
            return;
        }

        var (isQuick, name) = (arguments.GetValue(_quick), arguments.GetRequiredValue(_experiment));
        var demo = NamedDemo.Named(name);
        var settings = WithSteps(isQuick ? demo.Quick : demo.Full, arguments.GetValue(_steps));
        var ending = $"{(name == DemoSettings.Default ? "" : $"-{name}")}{(isQuick ? "-quick" : "")}";
        var folder = arguments.GetValue(_output) ?? Path.Combine("out", $"demo{ending}");
        var job = new DemoJob(folder)
        {
            Settings = settings,
            Threads = arguments.GetValue(_threads) ?? (isQuick ? 1 : Environment.ProcessorCount),
            Command = arguments.CommandLine(),
        };
        var report = WithReport(DemoWorkflow.Run(job, terminal, cancellation), folder, terminal, cancellation);
        terminal.Result(report, console => Show(console, report));
        if (arguments.GetValue(_open) && report.Report is { } path)
        {
            Browser.Open(path);
        }
    }

    private static string ModelOf(DemoSettings settings) => settings.Experiment is { } experiment ? $"trained: {experiment.Name}"
        : settings.Released is { } released ? $"released: {released}" : "none: methods without one";

    private static DemoSettings WithSteps(DemoSettings settings, int? steps) => (steps, settings.Experiment) switch
    {
        (null, _) => settings,
        ({ } count, { } experiment) => settings with { Experiment = experiment with { Steps = count } },
        _ => throw new ArgumentException($"--steps: expected a demo that trains a model, got '{settings.Name}' ({ModelOf(settings)}). Leave --steps out."),
    };

    // What the tables say against themselves, the demo has said already.
    private static DemoReport WithReport(DemoReport demo, string folder, Terminal terminal, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        terminal.Say("report ...");
        string[] targets =
        [
            .. new[] { "test", "analyses", "forecasts" }.Select(name => Path.Combine(folder, name)).Where(Directory.Exists),
            .. demo.Model is { } model ? [model] : Array.Empty<string>(),
        ];
        var job = new ReportJob(targets, Path.Combine(folder, "report.html")) { Margin = demo.Settings.Margin };
        string path;
        try
        {
            path = ReportWorkflow.Run(job, new ProgressAside(terminal), cancellation).Path;
        }
        catch (MissingFontException fault)
        {
            terminal.Warnings.Add("no-report", fault.Message);
            return demo;
        }

        return demo with { Report = path, Stages = [.. demo.Stages, new("report", Stopwatch.GetElapsedTime(start).TotalSeconds, false)] };
    }

    private static void Show(IAnsiConsole console, DemoReport report)
    {
        var settings = report.Settings;
        var time = new TimeAxis(settings.Test.StepLength);
        console.Numbers(
            $"Analyses of {settings.Test.TrajectoryCount} test records against the truth, without {settings.Margin} steps at each end; ± over records",
            ["method", "model", "records", "RMSE", "±", "observed sites", "unobserved sites", "bias"],
            report.Analyses.Select(AnalysisRow));
        if (report.Forecasts is [var first, ..])
        {
            var starts = first.Find(RootMeanSquareError.Name, lead: settings.Leads[0])?.Count ?? 0;
            console.Numbers(
                $"Forecasts from analyses that look back only, RMSE by lead in time units; {starts} starts",
                ["method", "model", .. settings.Leads.Select(lead => Tables.Number(time.TimeOf(lead), 2))],
                report.Forecasts.Select(
                    f => (string[])
                    [
                        f.Method, f.Model ?? "-", .. settings.Leads.Select(lead => Tables.Number(f.Find(RootMeanSquareError.Name, lead: lead)?.Value)),
                    ]));
        }

        if (settings.Experiment is { Parameters: { Count: > 0 } parameters } && report.Card is { } card)
        {
            console.Numbers("Parameters estimated with the network", ["parameter", "start", "estimate", "±", "truth"], Parameters(parameters, card, settings));
        }

        console.Numbers(
            "Time", ["stage", "seconds", ""],
            report.Stages.Select(s => (string[])[s.Stage, s.IsReused ? "-" : Tables.Number(s.Seconds, 1), s.IsReused ? "reused" : ""]));
        console.Facts(
            "Files",
            [
                .. report.Folders.Select(path => (Path.GetFileName(path), (string?)path)),
                ("agreement", report.Differences.Count > 0
                    ? string.Create(
                        CultureInfo.InvariantCulture, $"ONNX Runtime less LibTorch at most {report.Differences.Values.Max():G2} in state units "
                            + $"({string.Join(", ", report.Differences.Keys)})")
                    : null),
                ("model", settings.Released is null ? null : report.Model),
                ("report", report.Report),
            ]);
    }

    private static string[] AnalysisRow(DemoScore scored)
    {
        var error = scored.Find(RootMeanSquareError.Name);
        return
        [
            scored.Method,
            scored.Model ?? "-",
            $"{error?.Trajectories}",
            Tables.Number(error?.Value),
            Tables.Number(error?.Deviation),
            Tables.Number(scored.Find(RootMeanSquareError.Name, ScoredSites.Observed)?.Value),
            Tables.Number(scored.Find(RootMeanSquareError.Name, ScoredSites.Unobserved)?.Value),
            Tables.Number(scored.Find(Bias.Name)?.Value),
        ];
    }

    private static IEnumerable<string[]> Parameters(IReadOnlyList<TrainedParameter> parameters, ModelCard card, DemoSettings settings)
    {
        var truth = DynamicalSystem.Catalog.Create(settings.Test.System).ParameterNumbers;
        return parameters.Select(p => (string[])
        [
            p.Name, Tables.Number(p.Start), Tables.Number(card.Parameters[p.Name]),
                Tables.Number(card.ParameterErrors.TryGetValue(p.Name, out var error) ? error : null), Tables.Number(truth[p.Name]),
        ]);
    }
}
