using System.CommandLine;
using System.Globalization;
using Coda.Data.Cards;
using Coda.Data.Foundation;

namespace Coda.Cli.Commands;

/// <summary><c>coda models</c>: the trained models that are known by name.</summary>
public sealed class ModelsCommand : CodaCommand
{
    private readonly Option<string?> _folder = new("--folder")
    {
        Description = $"The folder of the models' folders (by default those that --model NAME looks into: that of {ReleasedModels.FolderVariable}, "
            + $"{ReleasedModels.FolderName} here, {ReleasedModels.FolderName} beside or above the program).",
        HelpName = "DIR",
    };

    /// <summary>Declares the command.</summary>
    public ModelsCommand()
        : base(
            CommandGroup.Catalogs,
            "models",
            "Lists the released models, which --model takes by name: what each is for, its window, the scores on its card and its size on disk.",
            "coda models", "coda models --folder out/studies --json") => Add(_folder);

    /// <inheritdoc/>
    public override void Run(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var folder = arguments.GetValue(_folder);
        var folders = folder is null ? ReleasedModels.All() : ReleasedModels.In(folder);
        if (folders.Count == 0)
        {
            throw new FileNotFoundException(
                $"{folder ?? ReleasedModels.FolderName}: expected at least one folder with {ModelFolder.Card}, "
                    + $"got {(Directory.Exists(folder ?? ReleasedModels.FolderName) ? "none" : "no such folder")}. "
                    + $"Train a model with 'coda train' (into {ReleasedModels.FolderName}/NAME by default), "
                    + $"run './build.sh Models' in the source tree, or name another folder with --folder or {ReleasedModels.FolderVariable}.");
        }

        var entries = folders.Select(f => Describe(f.Key, f.Value)).ToList();
        terminal.Result(entries, console => console.Words(
            "Released models",
            ["name", "what it is", "task", "window", "scores", "size"],
            entries.Select(e => (string[])
            [
                e.Name, e.Description, e.Task, FormattableString.Invariant($"{e.Window} steps"),
                string.Join(", ", e.Scores.Select(s => FormattableString.Invariant($"{s.Key} {s.Value:G3}"))),
                FormattableString.Invariant($"{e.Bytes / 1e6:F1} MB"),
            ])));
    }

    private static Entry Describe(string name, string folder)
    {
        var card = ModelFolder.ReadCard(folder, verifiesFiles: false);
        var bytes = new DirectoryInfo(folder).EnumerateFiles().Sum(f => f.Length);
        return new Entry(name, folder, card.Description, Task(card), (2 * card.HalfWidth) + 1, card.Scores, bytes);
    }

    private static string Task(ModelCard card)
    {
        string[] parts =
        [
            string.Create(
                CultureInfo.InvariantCulture, $"analyses and forecasts of {card.System.Name} ({card.Layout}) from {card.SiteCount} sites, "
                    + $"error {card.DescribeSigma()}, steps of {card.StepLength}"),
            .. card.TrainedParameters.Count > 0 ? [$"estimates {string.Join(", ", card.TrainedParameters)}"] : Array.Empty<string>(),
            .. card.Correction is { } correction ? [$"learns a {correction.Name} correction"] : Array.Empty<string>(),
        ];
        return string.Join("; ", parts);
    }

    private sealed record Entry(string Name, string Folder, string Description, string Task, int Window, SortedDictionary<string, double> Scores, long Bytes);
}
