using System.CommandLine;
using Coda.Data.Archives.Stored;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Training.Experiments;
using Coda.Workflows.Training;

namespace Coda.Cli.Commands;

/// <summary><c>coda train</c>: network, parameters and correction from an archive's observations.</summary>
public sealed class TrainCommand : CodaCommand
{
    private readonly Option<string> _archive = CommonOptions.Archive();
    private readonly Option<bool> _noVerify = CommonOptions.NoVerify();
    private readonly Option<string> _experiment = new("--experiment", "-e")
    {
        Description = "A named experiment ('coda systems experiment' lists them), or a JSON file with members of one.", HelpName = "NAME|FILE",
        DefaultValueFactory = _ => "lorenz96",
    };

    private readonly Option<string?> _output = new("--output", "-o") { Description = "The model's folder (models/<name>).", HelpName = "DIR" };
    private readonly Option<int?> _steps = new("--steps") { Description = "The number of optimizer steps." };
    private readonly Option<ulong?> _seed = new("--seed") { Description = "The seed of weights and windows." };
    private readonly Option<string[]> _set =
        CommonOptions.Set("Set a member of the experiment, as in network.width=64, parameters.F.start=7, correction=pointwise.");
    private readonly Option<int?> _threads = new("--threads") { Description = "The number of threads (all cores); the bits of a run depend on it." };
    private readonly Option<string> _device = new("--device") { Description = "Where to train: cpu, cuda or cuda:N.", DefaultValueFactory = _ => "cpu" };
    private readonly Option<int> _refine = new("--refine")
    {
        Description = "After training, estimate the parameters once more from so many trajectories, "
            + "as 'coda estimate' does, and export the model with these values.",
        HelpName = "TRAJECTORIES",
    };

    private readonly Option<string?> _start = new("--start")
    {
        Description = "Start from a model and fit its network to the reanalysis of this archive, without a joint stage: "
            + "parameters and correction stay the model's. Needs --set reanalysis.steps=N.",
        HelpName = "MODEL",
    };

    private readonly Option<string?> _grossCheck = CommonOptions.GrossCheck();
    private readonly Option<bool> _restart = new("--restart") { Description = "Start anew even where there is a checkpoint." };

    /// <summary>Declares the command.</summary>
    public TrainCommand()
        : base(
            CommandGroup.Training,
            "train",
            "Trains assimilation network, simulator parameters and correction jointly from an archive's observations, and exports the model. "
            + "Keeps a checkpoint in the output folder; the same command goes on from it to the same bits. "
            + "With --set reanalysis.steps=N, the trained model then smooths the archive, and the network is fitted to these states.",
            "coda train --archive out/training --experiment lorenz96 --refine 100 --output models/lorenz96",
            "coda train --archive out/training --experiment lorenz96 --refine 100 --set reanalysis.steps=20000 --output models/lorenz96",
            "coda train --archive out/training --experiment mine.json --steps 1000 --set network.width=64 --seed 3")
    {
        Grace = GraceOfTraining;
        foreach (Option option in new Option[] { _archive, _noVerify, _experiment, _output, _steps, _seed, _set, _threads, _device, _refine, _start,
            _grossCheck, _restart })
        {
            Add(option);
        }

        Rules =
        [
            OptionRule.SetsOnce(_set),
            OptionRule.ShortFor(_steps, _set, "steps"),
            OptionRule.ShortFor(_seed, _set, "seed"),
            OptionRule.Excludes(_refine, _start, "for the model's parameters stay"),
            OptionRule.Excludes(_steps, _start, "which has no joint stage (set reanalysis.steps)"),
        ];
    }

    /// <inheritdoc/>
    public override void Run(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var experiment = Experiment(arguments);
        var folder = arguments.GetValue(_output) ?? Path.Combine("models", experiment.Name);
        using var archive = ParquetArchive.Open(arguments.GetRequiredValue(_archive), verifies: !arguments.GetValue(_noVerify));
        var job = new TrainJob(experiment, archive, folder)
        {
            Command = arguments.CommandLine(),
            Threads = arguments.GetValue(_threads) ?? Environment.ProcessorCount,
            Device = arguments.GetRequiredValue(_device),
            Refine = arguments.GetValue(_refine),
            Start = arguments.GetValue(_start) is { } start ? ReleasedModels.Find(start) : null,
            GrossCheck = CommonOptions.DeviationsOf(arguments.GetValue(_grossCheck)),
            IsRestarted = arguments.GetValue(_restart),
        };
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

    private Experiment Experiment(ParseResult arguments)
    {
        var source = arguments.GetRequiredValue(_experiment);
        var experiment = source.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
            ? NamedExperiment.Read(CommonOptions.RequireFile(source, "an experiment's JSON file"))
            : NamedExperiment.Named(source);
        return MemberSettings.Apply(
            experiment with { Steps = arguments.GetValue(_steps) ?? experiment.Steps, Seed = arguments.GetValue(_seed) ?? experiment.Seed },
            arguments.GetValue(_set) ?? []);
    }
}
