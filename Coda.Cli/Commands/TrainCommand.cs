using System.CommandLine;
using Coda.Cli.Watching;
using Coda.Data.Archives.Stored;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Figures.Drawing;
using Coda.Training.Experiments;
using Coda.Workflows.Training;

namespace Coda.Cli.Commands;

/// <summary><c>coda train</c>: network, parameters and correction from an archive's observations.</summary>
public sealed class TrainCommand : CodaCommand
{
    private const string FitAlone = "with --from and --set reanalysis, which fits the network alone";
    private const string FitAloneExample = "--from name --set reanalysis.steps=1";

    private readonly Option<string> _archive = CommonOptions.Archive();
    private readonly Option<bool> _noVerify = CommonOptions.NoVerify();
    private readonly Option<string?> _experiment = new("--experiment", "-e")
    {
        Description = "A named experiment ('coda systems experiment' lists them), or a JSON file with members of one; by default one that fits the record: "
            + "the archive's system with all its parameters, or what --from is of, windows and rollouts in proportion to the record's own time.",
        HelpName = "NAME|FILE",
    };

    private readonly Option<string?> _system = new("--system")
    {
        Description = "The simulator's system, where the archive names none or another is wanted. A name, or JSON with name and options.", HelpName = "NAME",
    };

    private readonly Option<string?> _output =
        new("--output", "-o") { Description = "The model's folder (models/<name>, the archive's name without an experiment).", HelpName = "DIR" };
    private readonly Option<int?> _steps = new("--steps") { Description = "The number of optimizer steps; more than a run had before go on from it." };
    private readonly Option<ulong?> _seed = new("--seed") { Description = "The seed of weights and windows." };
    private readonly Option<string[]> _set =
        CommonOptions.Set("Set a member of the experiment, as in network.width=64, parameters.F.start=7, correction=pointwise.");
    private readonly Option<int?> _threads = new("--threads")
    {
        Description = "The number of threads, of each rank (all cores); the bits of a run depend on it.",
    };

    private readonly Option<string> _device = new("--device") { Description = "Where to train: cpu, cuda or cuda:N.", DefaultValueFactory = _ => "cpu" };
    private readonly Option<int> _refine = new("--refine")
    {
        Description = "After training, estimate the parameters once more from so many trajectories, "
            + "as 'coda estimate' does, and export the model with these values.",
        HelpName = "TRAJECTORIES",
    };

    private readonly Option<string?> _from = new("--from")
    {
        Description = "Train a model further, from its weights and parameters, on this archive. With --set reanalysis.steps=N its network alone, fitted to the "
            + "reanalysis that it makes of this archive: parameters and correction stay.",
        HelpName = "MODEL",
    };

    private readonly Option<string?> _grossCheck = CommonOptions.GrossCheck();
    private readonly Option<string?> _tensorBoard = new("--tensorboard")
    {
        Description = "A directory that also gets the training's course, in a file of events for TensorBoard ('tensorboard --logdir DIR').", HelpName = "DIR",
    };

    private readonly Option<int?> _watch = new("--watch")
    {
        Description = "Show browsers on this machine how training gets on, on a page that follows it; on a port, any that is free by default.",
        HelpName = "PORT", Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<bool> _restart = new("--restart") { Description = "Start anew even where there is a checkpoint." };

    /// <summary>Declares the command.</summary>
    public TrainCommand()
        : base(
            CommandGroup.Training,
            "train",
            "Trains assimilation network, simulator parameters and correction jointly from an archive's observations, and exports the model. "
            + "Keeps a checkpoint in the output folder; the same command goes on from it to the same bits. "
            + "Ranks that mpirun or srun starts divide every batch. "
            + "With --set reanalysis.steps=N, the trained model then smooths the archive, and the network is fitted to these states.",
            "coda train --archive out/training",
            "coda train --archive out/training --experiment lorenz96 --refine 100 --output models/lorenz96",
            "coda train --archive out/training --experiment lorenz96 --refine 100 --set reanalysis.steps=20000 --output models/lorenz96",
            "coda train --archive out/training --experiment mine.json --steps 1000 --set network.width=64 --seed 3",
            "coda train --archive out/more --from models/lorenz96 --output models/lorenz96-more")
    {
        Grace = GraceOfTraining;
        RunsOverRanks = true;
        foreach (Option option in new Option[] { _archive, _noVerify, _experiment, _system, _output, _steps, _seed, _set, _threads, _device, _refine,
            _from, _grossCheck, _tensorBoard, _watch, _restart })
        {
            Add(option);
        }

        Rules =
        [
            OptionRule.IsHere(_output),
            OptionRule.IsHere(_tensorBoard),
            OptionRule.SetsOnce(_set),
            OptionRule.ShortFor(_steps, _set, "steps"),
            OptionRule.ShortFor(_seed, _set, "seed"),
            OptionRule.ShortFor(_system, _set, "system"),
            OptionRule.Excludes(_system, _from, "whose system it keeps"),
            OptionRule.Ignored(_refine, FitAlone, FitAloneExample, IsFitAlone),
            OptionRule.Ignored(_steps, FitAlone, FitAloneExample, IsFitAlone),
        ];
    }

    /// <inheritdoc/>
    public override void Run(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        using var archive = ParquetArchive.Open(arguments.GetRequiredValue(_archive), verifies: !arguments.GetValue(_noVerify));
        var from = arguments.GetValue(_from) is { } model ? ReleasedModels.Find(model) : null;
        var experiment = Experiment(arguments, archive, from);
        var folder = arguments.GetValue(_output) ?? Path.Combine("models", experiment.Name);
        var job = new TrainJob(experiment, archive, folder)
        {
            Command = arguments.CommandLine(),
            Threads = arguments.GetValue(_threads) ?? terminal.Ranks.ThreadsOfEach(),
            Ranks = terminal.Ranks,
            Device = arguments.GetRequiredValue(_device),
            Refine = arguments.GetValue(_refine),
            From = from,
            GrossCheck = CommonOptions.DeviationsOf(arguments.GetValue(_grossCheck)),
            TensorBoard = arguments.GetValue(_tensorBoard),
            Clock = terminal.Clock,
            IsRestarted = arguments.GetValue(_restart),
        };
        using var watch = arguments.IsGiven(_watch) && job.Ranks.Rank == 0 ? Watch(job, arguments.GetValue(_watch) ?? 0, terminal) : null;
        var card = TrainWorkflow.Run(job, terminal, cancellation);
        terminal.Result(new { model = folder, card }, console => console.Facts(
            $"Model {folder}",
            ("experiment", experiment.Name),
            ("parameters", string.Join(", ", card.TrainedParameters.Select(name =>
                $"{name} = {Tables.Number(card.Parameters[name], 4)}"
                    + (card.ParameterErrors.TryGetValue(name, out var error) ? $" ± {Tables.Number(error, 4)}" : "")))),
            ("validation", $"{Tables.Number(card.Scores["validation"], 4)} (loss on the held-out tenth)"),
            ("files", string.Join(", ", card.Files.Keys))));
    }

    private static WatchServer Watch(TrainJob job, int port, Terminal terminal)
    {
        static string NameOf(string folder) => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        var server = WatchServer.Start(job.Folder, new FigureSource(NameOf(job.Archive.Path), NameOf(job.Folder), job.Experiment.Seed), port, "--watch");
        terminal.Say($"Shown at {server.Address} while it trains.");
        return server;
    }

    private bool IsFitAlone(ParseResult arguments) =>
        arguments.IsGiven(_from) && (arguments.GetValue(_set) ?? []).Any(s => OptionRule.MemberOf(s).StartsWith("reanalysis", StringComparison.Ordinal));

    private Experiment Experiment(ParseResult arguments, ParquetArchive archive, string? from)
    {
        var system = arguments.GetValue(_system) is { } text ? MemberSettings.Component(text) : null;
        var experiment = arguments.GetValue(_experiment) switch
        {
            null => ExperimentOf(archive, system, from, CommonOptions.DeviationsOf(arguments.GetValue(_grossCheck))),
            var source when source.EndsWith(".json", StringComparison.OrdinalIgnoreCase) =>
                NamedExperiment.Read(CommonOptions.RequireFile(source, "an experiment's JSON file")),
            var source => NamedExperiment.Named(source),
        };
        return MemberSettings.Apply(
            experiment with
            {
                System = system ?? experiment.System,
                Steps = arguments.GetValue(_steps) ?? experiment.Steps,
                Seed = arguments.GetValue(_seed) ?? experiment.Seed,
            },
            arguments.GetValue(_set) ?? []);
    }

    private static Experiment ExperimentOf(ParquetArchive archive, Component? system, string? from, double grossCheck)
    {
        var card = from is null ? null : ModelFolder.ReadCard(from);
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(archive.Path)));
        var experiment = RecordExperiment.Of(new PlausibleObservations(archive, grossCheck), card?.System ?? system, card?.Parameters) with { Name = name };
        return card is null ? experiment : experiment with
        {
            Integrator = card.Integrator,
            Operator = card.Operator,
            Network = card.Network,
            Correction = card.Correction,
            Parameters = [.. card.TrainedParameters.Select(name => new TrainedParameter(name, card.Parameters[name]))],
        };
    }
}
