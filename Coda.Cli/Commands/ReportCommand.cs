using System.CommandLine;
using System.Globalization;
using Coda.Data.Time;
using Coda.Reports.Gathering;
using Coda.Reports.Pages;
using Spectre.Console;

namespace Coda.Cli.Commands;

/// <summary><c>coda report</c>: pictures and numbers of archives, models, analyses, forecasts and studies in one HTML file.</summary>
public sealed class ReportCommand : CodaCommand
{
    private readonly Argument<string[]> _targets = new("targets")
    {
        Description = "Archives, models and studies by their folders, models also by their names; folders that hold some of these; and what "
            + "'coda compare --json' wrote. Estimates in archives of their own are shown with the archive of their observations.",
        HelpName = "TARGET",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string> _out =
        new("--out", "-o") { Description = "The HTML file to write (report.html).", HelpName = "FILE", DefaultValueFactory = _ => "report.html" };
    private readonly Option<string?> _pictures =
        new("--pictures") { Description = "A folder that takes every picture as SVG and PNG, too.", HelpName = "DIR" };
    private readonly Option<string?> _trajectory =
        new("--trajectory") { Description = "The trajectory whose states are shown, by number or name (the first).", HelpName = "TRAJECTORY" };
    private readonly Option<string?> _steps =
        CommonOptions.Range("--steps", "The steps whose states are shown, FROM..TO without TO (the first 400); scores are of the whole record.");
    private readonly Option<int> _margin = new("--margin") { Description = "The number of steps left out of scores at each end of the record." };
    private readonly Option<string?> _memory =
        new("--memory") { Description = "A bound on the memory of the process, such as 512MB or 4GB.", HelpName = "SIZE" };
    private readonly Option<bool> _noVerify = CommonOptions.NoVerify();
    private readonly Option<bool> _open = new("--open") { Description = "Show the report with what this system opens HTML with." };

    /// <summary>Declares the command.</summary>
    public ReportCommand()
        : base(
            CommandGroup.Scores,
            "report",
            "Writes one HTML file that needs nothing else: what was observed, states, errors against time, by lead and by site, spreads, training, "
                + "corrections, costs and warnings, as far as the data are there, with the numbers behind every picture.",
            "coda report out/test --out out/report.html",
            "coda report out/test out/test-enks models/lorenz96 --margin 50 --pictures out/pictures",
            "coda report out/demo --out out/demo/report.html --open")
    {
        Add(_targets);
        foreach (Option option in new Option[] { _out, _pictures, _trajectory, _steps, _margin, _memory, _noVerify, _open })
        {
            Add(option);
        }

        Rules = [OptionRule.IsHere(_out), OptionRule.IsHere(_pictures)];
    }

    /// <inheritdoc/>
    public override void Run(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var job = new ReportJob(arguments.GetRequiredValue(_targets), arguments.GetRequiredValue(_out))
        {
            Pictures = arguments.GetValue(_pictures),
            Trajectory = arguments.GetValue(_trajectory),
            Steps = arguments.GetValue(_steps) is { } steps ? StepsOf(steps) : null,
            Margin = arguments.GetValue(_margin),
            Memory = arguments.GetValue(_memory) is { } size ? CommonOptions.Bytes(_memory.Name, size) : null,
            Verifies = !arguments.GetValue(_noVerify),
        };
        var report = ReportWorkflow.Run(job, terminal, cancellation);
        terminal.Result(report, console => Show(console, report));
        if (arguments.GetValue(_open))
        {
            Browser.Open(report.Path);
        }
    }

    private static void Show(IAnsiConsole console, ReportOutcome report)
    {
        console.Words(
            "", ["section", "shows"],
            [
                .. report.Sections.Select(s => (string[])[s.Title, Words(s)]),
                .. report.NotShown.Select(s => (string[])[s.Title, $"not shown; needs {s.Needs}"]),
            ]);
        console.Facts(
            "",
            ("report", report.Path),
            ("size", string.Create(CultureInfo.InvariantCulture, $"{(report.Bytes + 999) / 1000} KB")),
            ("pictures", report.PictureFiles.Count > 0 ? $"{report.PictureFiles.Count} files in {Path.GetDirectoryName(report.PictureFiles[0])}" : null));
    }

    private static string Words(ShownSection section) => string.Join(", ", new[] { (section.Pictures.Count, "picture"), (section.Tables, "table") }
        .Where(p => p.Item1 > 0).Select(p => $"{p.Item1} {p.Item2}{(p.Item1 == 1 ? "" : "s")}"));

    private static StepRange StepsOf(string text) =>
        text.Split("..") is [var from, var to] && long.TryParse(from, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var start)
            && long.TryParse(to, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var end) && start < end
        ? new StepRange(start, end)
        : throw new ArgumentException($"--steps: expected FROM..TO, two whole numbers of which the second is greater, got '{text}'.");
}
