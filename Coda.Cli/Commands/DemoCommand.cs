using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Coda.Data.Dynamics;
using Coda.Data.Scoring;
using Coda.Data.Time;
using Coda.Figures.Drawing;
using Coda.Reports.Gathering;
using Coda.Reports.Pages;
using Coda.Workflows.Demonstrating;
using Coda.Workflows.Progress;
using Spectre.Console;

namespace Coda.Cli.Commands;

/// <summary><c>coda demo</c>: the main job from end to end on a fixed record.</summary>
public sealed class DemoCommand : CodaCommand
{
    private readonly Option<string?> _output =
        new("--output", "-o") { Description = "The folder for everything (out/demo, or out/demo-quick).", HelpName = "DIR" };
    private readonly Option<bool> _quick = new("--quick") { Description = "A tiny run through every stage, in seconds; its numbers mean nothing." };
    private readonly Option<int?> _steps = new("--steps") { Description = "The number of training steps." };
    private readonly Option<int?> _threads = new("--threads") { Description = "The number of threads of LibTorch (all cores; 1 where --quick)." };
    private readonly Option<bool> _open = new("--open") { Description = "Show the report in the end, with what this system opens HTML with." };

    /// <summary>Declares the command.</summary>
    public DemoCommand()
        : base(
            CommandGroup.Start,
            "demo",
            "Runs the main job on Lorenz-96: simulates a record of sparse, noisy observations, trains network and forcing jointly from a wrong start, exports, "
            + "analyzes, forecasts, scores against classical methods, writes a report, and says where each file lies. Run again, it reuses what is finished.",
            "coda demo", "coda demo --quick", "coda demo --steps 2000 --output out/short --json")
    {
        Grace = GraceOfTraining;
        foreach (Option option in new Option[] { _output, _quick, _steps, _threads, _open })
        {
            Add(option);
        }
    }

    /// <inheritdoc/>
    public override void Run(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var isQuick = arguments.GetValue(_quick);
        var settings = isQuick ? DemoSettings.Quick : DemoSettings.Full;
        settings = settings with { Experiment = settings.Experiment with { Steps = arguments.GetValue(_steps) ?? settings.Experiment.Steps } };
        var folder = arguments.GetValue(_output) ?? Path.Combine("out", isQuick ? "demo-quick" : "demo");
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

    // What the tables say against themselves, the demo has said already.
    private static DemoReport WithReport(DemoReport demo, string folder, Terminal terminal, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        terminal.Say("report ...");
        string[] targets = [Path.Combine(folder, "test"), Path.Combine(folder, "analyses"), Path.Combine(folder, "forecasts"), Path.Combine(folder, "model")];
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
        var starts = report.Forecasts[0].Find(RootMeanSquareError.Name, lead: settings.Leads[0])?.Count ?? 0;
        console.Numbers(
            $"Forecasts from analyses that look back only, RMSE by lead in time units; {starts} starts",
            ["method", "model", .. settings.Leads.Select(lead => Tables.Number(time.TimeOf(lead), 2))],
            report.Forecasts.Select(
                f => (string[])
                [
                    f.Method, f.Model ?? "-", .. settings.Leads.Select(lead => Tables.Number(f.Find(RootMeanSquareError.Name, lead: lead)?.Value)),
                ]));
        console.Numbers("Parameters estimated with the network", ["parameter", "start", "estimate", "±", "truth"], Parameters(report));
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

    private static IEnumerable<string[]> Parameters(DemoReport report)
    {
        var truth = DynamicalSystem.Catalog.Create(report.Settings.Test.System).ParameterNumbers;
        return report.Settings.Experiment.Parameters.Select(p => (string[])
        [
            p.Name, Tables.Number(p.Start), Tables.Number(report.Card.Parameters[p.Name]),
                Tables.Number(report.Card.ParameterErrors.TryGetValue(p.Name, out var error) ? error : null), Tables.Number(truth[p.Name]),
        ]);
    }
}
