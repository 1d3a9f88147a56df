using System.CommandLine;
using System.Globalization;
using Coda.Data.Cards;
using Coda.Workflows.Inspecting;
using Spectre.Console;

namespace Coda.Cli.Commands;

/// <summary><c>coda inspect</c>: what an archive, a model or an ONNX file holds, and whether it is whole.</summary>
public sealed class InspectCommand : CodaCommand
{
    private readonly Argument<string> _path =
        new("path") { Description = "An archive's directory, a model's folder or a released model's name, or an ONNX file." };
    private readonly Option<bool> _quick = new("--no-verify") { Description = "Read the descriptions only; leave checksums and rows unchecked." };

    /// <summary>Declares the command.</summary>
    public InspectCommand()
        : base(
            CommandGroup.Upkeep,
            "inspect",
            "Shows what an archive, a model's folder or an ONNX file holds, and verifies it: "
                + "checksums and every row of an archive, hashes of a model and its agreement with LibTorch.",
            "coda inspect out/test", "coda inspect models/lorenz96 --json", "coda inspect models/lorenz96/forecast.onnx")
    {
        Add(_path);
        Add(_quick);
        Rules = [OptionRule.Ignored(_quick, "with an ONNX file", "file.onnx", parsed => parsed.GetValue(_path)!.EndsWith(".onnx", StringComparison.Ordinal))];
    }

    /// <inheritdoc/>
    public override void Run(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        switch (InspectWorkflow.Run(new(arguments.GetRequiredValue(_path)) { Verifies = !arguments.GetValue(_quick) }, terminal, cancellation))
        {
            case InspectedArchive archive:
                Show(archive, terminal);
                break;
            case InspectedModel model:
                Show(model, terminal);
                break;
            case InspectedFile file:
                Show(file, terminal);
                break;
        }
    }

    private static void Show(InspectedArchive archive, Terminal terminal)
    {
        var description = archive.Description;
        terminal.Result(
            archive,
            console =>
            {
                console.Facts($"Archive {archive.Path}", [.. InspectionFacts.Of(archive)]);
                if (description.SiteNames is not null)
                {
                    console.Sites(description.Sites());
                }

                console.Numbers("", ["table", "rows", "parts"], archive.Tables.Select(t => (string[])[t.Key, Tables.Count(t.Value.Rows), $"{t.Value.Parts}"]));
            });
    }

    private static void Show(InspectedModel model, Terminal terminal)
    {
        var card = model.Card;
        terminal.Result(model, console =>
        {
            console.Facts(
                $"Model {model.Path}", [.. InspectionFacts.Of(model), ("training", model.History is { } training ? Course(training) : null)]);
            if (model.History is { } history)
            {
                Show(history, console);
            }

            console.Words(
                "", ["file", "takes", "gives"],
                card.Files.Select(f => (string[])[f.Key, Describe(f.Value.Inputs), Describe(f.Value.Outputs)]));
        });
    }

    private static void Show(InspectedHistory history, IAnsiConsole console)
    {
        var isSeen = console.Profile.Out.IsTerminal;
        console.Numbers(
            "", ["training", "first", .. isSeen ? [""] : Array.Empty<string>(), "last", "truth"],
            history.Values.Select(v => (string[])
            [
                v.Column, Digits(v.First), .. isSeen ? [Sparkline.On(console, v.Course, v.Course.Count) ?? ""] : Array.Empty<string>(), Digits(v.Last),
                history.Truths.TryGetValue(v.Column, out var truth) ? Digits(truth) : "",
            ]));
    }

    private static string Course(InspectedHistory history) => string.Create(
        CultureInfo.InvariantCulture,
        $"{string.Join(", ", history.Stages.Select(s => $"{s.Name} {Tables.Count(s.Steps)} steps"))} "
            + $"in {Tables.Duration(TimeSpan.FromSeconds(history.Seconds))} ({Tables.Count(history.Rows)} rows in {ModelFolder.History})");

    private static string Digits(double value) => value.ToString("G5", CultureInfo.InvariantCulture);

    private static void Show(InspectedFile file, Terminal terminal) => terminal.Result(file, console => console.Facts(
        $"ONNX file {file.Path}",
        ("description", file.File.Description),
        ("producer", file.File.Producer),
        ("takes", Describe(file.File.Inputs)),
        ("gives", Describe(file.File.Outputs)),
        ("SHA-256", file.Sha256),
        ("belongs to", file.BelongsTo is null ? null : $"model '{file.BelongsTo}', whose card names the same hash")));

    private static string Describe(IReadOnlyDictionary<string, string> tensors) => string.Join("; ", tensors.Select(t => $"{t.Key} [{t.Value}]"));
}
