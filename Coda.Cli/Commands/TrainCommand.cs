using System.CommandLine;
using System.Globalization;
using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Inference.Sessions;
using Coda.Inference.Tuning;
using Coda.Training.Experiments;
using Coda.Training.Export;
using Coda.Training.Joint;
using TorchSharp;

namespace Coda.Cli.Commands;

/// <summary><c>coda train</c>: network, parameters and correction from an archive's observations.</summary>
internal sealed class TrainCommand : CodaCommand
{
    /// <summary>The checkpoint in the model's folder, from which the command goes on by itself.</summary>
    public const string Checkpoint = "checkpoint.safetensors";

    private readonly Option<string> _archive = CommonOptions.Archive();
    private readonly Option<string> _experiment = new("--experiment", "-e")
    {
        Description = "A named experiment ('coda systems experiment' lists them), or a JSON file with members of one.", HelpName = "NAME|FILE", DefaultValueFactory = _ => "lorenz96",
    };

    private readonly Option<string?> _output = new("--output", "-o") { Description = "The model's folder (models/<name>).", HelpName = "DIR" };
    private readonly Option<int?> _steps = new("--steps") { Description = "The number of optimizer steps." };
    private readonly Option<ulong?> _seed = new("--seed") { Description = "The seed of weights and windows." };
    private readonly Option<string[]> _set = CommonOptions.Set("Set a member of the experiment, as in network.width=64, parameters.F.start=7, correction=pointwise.");
    private readonly Option<int?> _threads = new("--threads") { Description = "The number of threads (all cores); the bits of a run depend on it." };
    private readonly Option<string> _device = new("--device") { Description = "Where to train: cpu, cuda or cuda:N.", DefaultValueFactory = _ => "cpu" };
    private readonly Option<int> _refine = new("--refine")
    {
        Description = "After training, estimate the parameters once more from so many trajectories, as 'coda estimate' does, and export the model with these values.",
        HelpName = "TRAJECTORIES",
    };

    private readonly Option<bool> _restart = new("--restart") { Description = "Start anew even where there is a checkpoint." };

    /// <summary>Declares the command.</summary>
    public TrainCommand()
        : base(
            "train",
            "Trains assimilation network, simulator parameters and correction jointly from an archive's observations, and exports the model. "
            + "Keeps a checkpoint in the output folder; the same command goes on from it to the same bits.",
            "coda train --archive out/training --experiment lorenz96 --refine 100 --output models/lorenz96",
            "coda train --archive out/training --experiment mine.json --steps 1000 --set network.width=64 --seed 3")
    {
        foreach (Option option in new Option[] { _archive, _experiment, _output, _steps, _seed, _set, _threads, _device, _refine, _restart })
        {
            Add(option);
        }
    }

    /// <inheritdoc/>
    public override void Run(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var experiment = Experiment(arguments);
        var folder = arguments.GetValue(_output) ?? Path.Combine("models", experiment.Name);
        var job = new Job(experiment, arguments.GetRequiredValue(_archive), folder, arguments.CommandLine())
        {
            Threads = arguments.GetValue(_threads) ?? Environment.ProcessorCount,
            Device = arguments.GetRequiredValue(_device),
            Refine = arguments.GetValue(_refine),
            IsRestarted = arguments.GetValue(_restart),
        };
        var card = Train(job, terminal, new Stages(terminal), cancellation);
        terminal.Result(new { model = folder, card }, console => console.Facts(
            $"Model {folder}",
            ("experiment", experiment.Name),
            ("parameters", string.Join(", ", card.TrainedParameters.Select(name =>
                $"{name} = {Tables.Number(card.Parameters[name], 4)}{(card.ParameterErrors.TryGetValue(name, out var error) ? $" ± {Tables.Number(error, 4)}" : "")}"))),
            ("validation", $"{Tables.Number(card.Scores["validation"], 4)} (loss on the held-out tenth)"),
            ("files", string.Join(", ", card.Files.Keys))));
    }

    /// <summary>Trains and exports.</summary>
    /// <param name="job">What, from what, to where.</param>
    /// <param name="terminal">Where messages go.</param>
    /// <param name="stages">Shows the progress.</param>
    /// <param name="cancellation">Cancelled by Ctrl-C.</param>
    internal static ModelCard Train(Job job, Terminal terminal, Stages stages, CancellationToken cancellation)
    {
        var device = DeviceOf(job.Device);
        if (job.Refine > 0 && job.Experiment is ({ Parameters.Count: 0 } or { Correction: not null }))
        {
            throw new ArgumentException($"--refine: expected an experiment that estimates parameters and learns no correction, got '{job.Experiment.Name}'. Leave out --refine.");
        }

        using var archive = ParquetArchive.Open(job.Archive);
        Directory.CreateDirectory(job.Folder);
        var checkpoint = Path.Combine(job.Folder, Checkpoint);
        if (job.IsRestarted)
        {
            File.Delete(checkpoint);
        }

        using var training = new JointTraining(job.Experiment, archive, checkpoint, device, job.Threads, new Relay<string>(terminal.Say));
        if (training.Step > 0)
        {
            terminal.Say($"Going on from step {training.Step} ({checkpoint}).");
        }

        try
        {
            var trained = stages.Run("train", state => training.Run(new Relay<TrainingProgress>(p => state.Report(Describe(p))), cancellation));
            var card = stages.Run("export", _ => ModelExport.Write(trained, job.Folder, job.Command));
            return job.Refine > 0 ? Refined(trained, archive, job, stages, cancellation) : card;
        }
        catch (OperationCanceledException)
        {
            terminal.Say($"The checkpoint holds step {training.Step} of {job.Experiment.Steps} ({checkpoint}).");
            throw;
        }
    }

    // The network is as trained; simulator and tangent model take the refined parameters.
    private static ModelCard Refined(TrainedModel trained, ParquetArchive archive, Job job, Stages stages, CancellationToken cancellation)
    {
        IReadOnlyList<ParameterEstimate> estimates;
        using (var model = OnnxModel.Open(job.Folder))
        {
            estimates = EstimateCommand.Estimate(
                new EstimateCommand.Job(archive, model, [.. EstimateCommand.Starts(model.Card, [])]) { Trajectories = job.Refine }, stages, cancellation);
        }

        var values = trained.Parameters.ToDictionary();
        foreach (var estimate in estimates)
        {
            values[estimate.Name] = estimate.Value;
        }

        var refined = trained with
        {
            Parameters = values,
            UnrefinedParameters = estimates.ToDictionary(e => e.Name, e => e.Start),
            ParameterErrors = estimates.ToDictionary(e => e.Name, e => e.StandardError),
        };
        return ModelExport.Write(refined, job.Folder, job.Command);
    }

    private Experiment Experiment(ParseResult arguments)
    {
        var source = arguments.GetRequiredValue(_experiment);
        var experiment = source.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
            ? NamedExperiment.Read(CommonOptions.RequireFile(source, "an experiment's JSON file"))
            : NamedExperiment.Named(source);
        return Settings.Apply(
            experiment with { Steps = arguments.GetValue(_steps) ?? experiment.Steps, Seed = arguments.GetValue(_seed) ?? experiment.Seed },
            arguments.GetValue(_set) ?? []);
    }

    private static StageState Describe(TrainingProgress progress)
    {
        var terms = progress.Terms.Select(t => FormattableString.Invariant($"{t.Key} {t.Value:G4}"));
        var parameters = progress.Parameters.Select(p => FormattableString.Invariant($"{p.Key} = {p.Value:F3}"));
        var validation = progress.Validation is { } loss ? [FormattableString.Invariant($"validation {loss:G4}")] : Array.Empty<string>();
        return new StageState(
            (double)progress.Step / progress.Steps,
            string.Join(", ", [$"step {progress.Step}/{progress.Steps}", .. terms, .. validation, .. parameters, FormattableString.Invariant($"{progress.StepsPerSecond:F1} steps/s")]));
    }

    private static torch.Device DeviceOf(string name)
    {
        if (name is not ("cpu" or "cuda") && !(name.StartsWith("cuda:", StringComparison.Ordinal) && byte.TryParse(name["cuda:".Length..], out _)))
        {
            throw new ArgumentException($"--device: expected cpu, cuda or cuda:N, got '{name}'.");
        }

        if (name == "cpu")
        {
            return torch.CPU;
        }

        var (number, count) = (name == "cuda" ? 0 : int.Parse(name["cuda:".Length..], CultureInfo.InvariantCulture), torch.cuda.is_available() ? torch.cuda.device_count() : 0);
        return number < count
            ? torch.device(name)
            : throw new ArgumentException(
                $"--device {name}: expected a CUDA device of that number, got a LibTorch that sees {count}. Install NVIDIA's driver and a LibTorch for CUDA: "
                + "unpack one and run 'CODA_LIBTORCH=FOLDER ./build.sh Setup', or 'CODA_GPU=1 ./build.sh Setup' where the package feed carries TorchSharp; or take --device cpu.");
    }

    /// <summary>What to train, from what, to where.</summary>
    /// <param name="Experiment">The experiment.</param>
    /// <param name="Archive">The archive's directory.</param>
    /// <param name="Folder">The model's folder.</param>
    /// <param name="Command">The command that rebuilds the model, for its card.</param>
    internal sealed record Job(Experiment Experiment, string Archive, string Folder, string Command)
    {
        /// <summary>The number of threads of LibTorch.</summary>
        public int Threads { get; init; } = Environment.ProcessorCount;

        /// <summary>Where to train.</summary>
        public string Device { get; init; } = "cpu";

        /// <summary>The number of trajectories from which the parameters are estimated once more; 0 leaves them as trained.</summary>
        public int Refine { get; init; }

        /// <summary>Whether a checkpoint is dropped.</summary>
        public bool IsRestarted { get; init; }
    }
}
