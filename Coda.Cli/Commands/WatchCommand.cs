using System.CommandLine;
using Coda.Cli.Watching;
using Coda.Data.Cards;
using Coda.Figures.Drawing;

namespace Coda.Cli.Commands;

/// <summary><c>coda watch</c>: the pictures of a training that runs elsewhere, until it is told to stop.</summary>
public sealed class WatchCommand : CodaCommand
{
    private readonly Argument<string> _model =
        new("model") { Description = "The folder into which a model is trained, or was." };
    private readonly Option<int> _port = new("--port") { Description = "The port; 0 for any that is free.", DefaultValueFactory = _ => 0 };

    /// <summary>Declares the command.</summary>
    public WatchCommand()
        : base(
            CommandGroup.Training,
            "watch",
            "Shows browsers on this machine how a training gets on: losses, parameters against their truth, gradients and rates, on a page that follows it. "
                + "'coda train --watch' does so itself.",
            "coda watch models/train", "coda watch out/model --port 8081")
    {
        Add(_model);
        Add(_port);
    }

    /// <inheritdoc/>
    public override void Run(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var model = ReleasedModels.Find(arguments.GetRequiredValue(_model));
        if (!Directory.Exists(model))
        {
            throw new FileNotFoundException($"{model}: expected the folder of a model that is trained, or was, got nothing there; start 'coda train' first.");
        }

        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(model)));
        cancellation.ThrowIfCancellationRequested();
        using var server = WatchServer.Start(model, new FigureSource(null, name), arguments.GetValue(_port), _port.Name);
        terminal.ResultAtOnce(new { model, address = server.Address }, console => console.Facts(
            $"Watching {model}", ("address", server.Address.ToString()), ("stop with", "Ctrl-C, or SIGTERM")));
        cancellation.WaitHandle.WaitOne();
    }
}
