using System.Globalization;
using System.Text.Json.Nodes;
using Coda.Classical.Tuning;
using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Inference.Sessions;
using Coda.Training.Experiments;
using Coda.Training.Export;
using Coda.Training.Natives;
using Coda.Training.Optimization;
using Coda.Training.Stages;
using Coda.Workflows.Analyzing;
using Coda.Workflows.Estimating;
using Coda.Workflows.Progress;
using TorchSharp;

namespace Coda.Cli.TrainingRuns;

/// <summary>The stages of a training run: joint training, export, parameters estimated once more, the network fitted to the reanalysis.</summary>
/// <param name="job">What, from what, to where.</param>
/// <param name="terminal">Where messages go.</param>
/// <param name="stages">Shows the progress.</param>
/// <param name="cancellation">Cancelled by Ctrl-C.</param>
internal sealed class TrainingRun(TrainingJob job, Terminal terminal, Stages stages, CancellationToken cancellation)
{
    /// <summary>The checkpoint of the joint stage in the model's folder, from which a run goes on by itself.</summary>
    public const string Checkpoint = "checkpoint.safetensors";

    /// <summary>That of the stage that fits the reanalysis.</summary>
    public const string ReanalysisCheckpoint = "checkpoint-reanalysis.safetensors";

    /// <summary>The folder in the model's that holds the model of the joint stage, where another stage follows.</summary>
    public const string Joint = "joint";

    /// <summary>The archive in the model's folder that holds the states to fit.</summary>
    public const string ReanalysisFolder = "reanalysis";

    private const string NoteFile = "reanalysis.json";

    /// <summary>Removes what earlier runs go on from; files that Coda did not write stay.</summary>
    /// <param name="folder">The model's folder.</param>
    public static void Forget(string folder)
    {
        foreach (var file in new[] { Checkpoint, ReanalysisCheckpoint, NoteFile, ModelFolder.Card })
        {
            File.Delete(Path.Combine(folder, file));
        }

        ModelFiles.Remove(Path.Combine(folder, Joint));
        ArchiveFiles.Remove(Path.Combine(folder, ReanalysisFolder));
    }

    /// <summary>Trains and exports.</summary>
    /// <returns>The card of the model.</returns>
    public ModelCard Run()
    {
        var device = DeviceOf(job.Device);
        if (job.Refine > 0 && job.Experiment is ({ Parameters.Count: 0 } or { Correction: not null }))
        {
            throw new ArgumentException($"--refine: expected an experiment that estimates parameters and learns no correction, got '{job.Experiment.Name}'. Leave out --refine.");
        }

        if (job.Start is { } origin)
        {
            RequireStart(origin);
        }

        using var archive = ParquetArchive.Open(job.Archive, verifies: job.Verifies);
        using var held = ModelLock.Take(job.Folder);
        if (job.IsRestarted)
        {
            Forget(job.Folder);
        }

        if (job.Start is { } start)
        {
            return FitReanalysis(ModelWeights.Read(start, job.Experiment, archive.Description), archive, job.Experiment.Reanalysis!, device);
        }

        if (job is { Refine: 0, Experiment: { Reanalysis: not null, Parameters.Count: > 0, Correction: null } })
        {
            terminal.Say("The reanalysis will take the parameters as the joint stage leaves them, a little off; --refine 100 would estimate them once more before it.");
        }

        var trained = Train(new JointStage(job.Experiment, Checked(archive)), "train", At(Checkpoint), device);
        return job.Experiment.Reanalysis is { } fit ? FitReanalysis(trained, archive, fit, device) : Export(trained, archive, job.Folder).Card;
    }

    private PlausibleObservations Checked(ParquetArchive archive) => new(archive, job.GrossCheck);

    private void RequireStart(string start)
    {
        if (job.Experiment.Reanalysis is null)
        {
            throw new ArgumentException($"--start: expected an experiment with the member reanalysis, for the network alone is trained further, got '{job.Experiment.Name}' without it; set reanalysis.steps.");
        }

        if (Path.GetFullPath(start).TrimEnd(Path.DirectorySeparatorChar) == Path.GetFullPath(job.Folder).TrimEnd(Path.DirectorySeparatorChar))
        {
            throw new ArgumentException($"--start: expected a model in another folder than the output, got '{start}' for both; name another --output.");
        }
    }

    private string At(string name) => Path.Combine(job.Folder, name);

    private TrainedModel Train(RolloutStage stage, string title, string checkpoint, torch.Device device)
    {
        using var training = new TrainingLoop(stage, checkpoint, device, job.Threads, new Relay<string>(terminal.Say));
        if (training.Step > 0)
        {
            terminal.Say($"Going on from step {training.Step} ({checkpoint}).");
        }

        try
        {
            return stage.End(stages.Run(title, state => training.Run(new Relay<TrainingProgress>(p => state.Report(Describe(p))), cancellation)), device);
        }
        catch (OperationCanceledException)
        {
            terminal.Say($"The checkpoint holds step {training.Step} of {stage.Experiment.Steps} ({checkpoint}).");
            throw;
        }
    }

    // Refined, the network is as trained; simulator and tangent model take the refined parameters.
    private (TrainedModel Model, ModelCard Card) Export(TrainedModel trained, ParquetArchive archive, string folder)
    {
        var card = stages.Run("export", _ => ModelExport.Write(trained, folder, job.Command));
        if (job.Refine == 0)
        {
            return (trained, card);
        }

        IReadOnlyList<ParameterEstimate> estimates;
        using (var model = OnnxModel.Open(folder))
        {
            estimates = EstimateWorkflow.Run(
                new EstimateJob(Checked(archive), model, EstimateJob.StartsOf(model)) { Trajectories = job.Refine, Sigma = job.Experiment.Sigma }, stages, cancellation);
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
        return (refined, ModelExport.Write(refined, folder, job.Command));
    }

    // The model of the joint stage smooths the record that it was trained on; the network is then fitted to these states.
    private ModelCard FitReanalysis(TrainedModel trained, ParquetArchive archive, ReanalysisFit fit, torch.Device device)
    {
        File.Delete(At(ModelFolder.Card)); // of an earlier run; until this one ends, the folder is no model
        var origin = job.Start is { } start ? Path.Combine(start, ModelFolder.Card) : At(Checkpoint);
        var wanted = new ReanalysisNote(ModelFolder.Hash(origin), job.Refine, fit.ModelErrorVariance);
        var note = File.Exists(At(NoteFile)) && CodaJson.Read<ReanalysisNote>(At(NoteFile)) is { } found && found.IsOf(wanted) ? found : Reanalyze(trained, archive, wanted);
        if (note.Unsound.Count > 0)
        {
            terminal.Warnings.Add(
                "unsound-stretches",
                $"{Tables.Count(note.Unsound.Count)} stretches of the reanalysis did not converge; no state of theirs is fitted. Where that is many, the model errs by more than reanalysis.modelErrorVariance says.");
        }

        trained = trained with { Parameters = note.Parameters, UnrefinedParameters = note.UnrefinedParameters, ParameterErrors = note.ParameterErrors };
        Reanalysis reanalysis;
        using (var states = ParquetArchive.Open(At(ReanalysisFolder), verifies: job.Verifies))
        {
            reanalysis = new Reanalysis(
                archive.Description, trained.Context.Layout.Size, states.ReadStates(ArchiveTable.Analyses), note.Unsound.Select(stretch => (stretch.Trajectory, stretch.Steps)));
        }

        var fitted = Train(new ReanalysisStage(job.Experiment, Checked(archive), trained, reanalysis), "fit the reanalysis", At(ReanalysisCheckpoint), device);
        return ModelExport.Write(fitted with { UnrefinedParameters = trained.UnrefinedParameters, ParameterErrors = trained.ParameterErrors }, job.Folder, job.Command);
    }

    // Anew where an earlier run did not come to its end: what did not converge is known only then.
    private ReanalysisNote Reanalyze(TrainedModel trained, ParquetArchive archive, ReanalysisNote wanted)
    {
        File.Delete(At(NoteFile));
        if (job.Start is null)
        {
            (trained, _) = Export(trained, archive, At(Joint));
        }

        using var model = OnnxModel.Open(job.Start ?? At(Joint));
        var options = new JsonObject { ["hasSpread"] = false };
        foreach (var (name, value) in new[] { ("modelErrorVariance", wanted.ModelErrorVariance), ("sigma", job.Experiment.Sigma) })
        {
            if (value is { } number)
            {
                options[name] = number;
            }
        }

        var analysis = new AnalyzeJob(new Component("polished", options), archive)
        {
            Model = model,
            GrossCheck = job.GrossCheck,
            Output = At(ReanalysisFolder),
            Workers = job.Threads,
            Command = job.Command,
            Anew = true,
        };
        var outcome = AnalyzeWorkflow.Run(analysis, new ProgressAside(stages), cancellation);
        var note = wanted with
        {
            Parameters = trained.Parameters.ToDictionary(),
            UnrefinedParameters = trained.UnrefinedParameters.ToDictionary(),
            ParameterErrors = trained.ParameterErrors.ToDictionary(),
            Unsound = [.. outcome.Unsound.Select(report => new ReanalysisNote.UnsoundStretch(report.Trajectory, report.Steps))],
        };
        CodaJson.WriteWithDigest(At(NoteFile), note);
        return note;
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

        LibTorch.Load();
        if (name == "cpu")
        {
            return torch.CPU;
        }

        var (number, count) = (name == "cuda" ? 0 : int.Parse(name["cuda:".Length..], CultureInfo.InvariantCulture), torch.cuda.is_available() ? torch.cuda.device_count() : 0);
        return number < count
            ? torch.device(name)
            : throw new ArgumentException(
                $"--device {name}: expected a CUDA device of that number, got a LibTorch that sees {count}. Install NVIDIA's driver and a LibTorch {LibTorch.Version} with CUDA, name its folder "
                + $"in {LibTorch.FolderVariable}, or take --device cpu.");
    }
}
