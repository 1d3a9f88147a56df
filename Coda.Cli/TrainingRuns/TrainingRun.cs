using System.Globalization;
using Coda.Cli.Commands;
using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Inference.Assimilation;
using Coda.Inference.Classical.Variational;
using Coda.Inference.Sessions;
using Coda.Inference.Tuning;
using Coda.Training.Experiments;
using Coda.Training.Export;
using Coda.Training.Joint;
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

    // What a run exports before its end is no model yet; it lies apart, so that the model's folder has a card when all is done.
    private readonly string _jointFolder = job.Experiment.Reanalysis is null ? job.Folder : Path.Combine(job.Folder, Joint);

    /// <summary>Trains and exports.</summary>
    /// <returns>The card of the model.</returns>
    public ModelCard Run()
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
            File.Delete(Path.Combine(job.Folder, ReanalysisCheckpoint));
        }

        TrainedModel trained;
        using (var training = new JointTraining(job.Experiment, archive, checkpoint, device, job.Threads, new Relay<string>(terminal.Say)))
        {
            trained = Train(training, "train", checkpoint);
        }

        var card = stages.Run("export", _ => ModelExport.Write(trained, _jointFolder, job.Command));
        if (job.Refine > 0)
        {
            (trained, card) = Refined(trained, archive);
        }

        return job.Experiment.Reanalysis is { } fit ? FitReanalysis(trained, archive, fit, device) : card;
    }

    private TrainedModel Train(JointTraining training, string stage, string checkpoint)
    {
        if (training.Step > 0)
        {
            terminal.Say($"Going on from step {training.Step} ({checkpoint}).");
        }

        try
        {
            return stages.Run(stage, state => training.Run(new Relay<TrainingProgress>(p => state.Report(Describe(p))), cancellation));
        }
        catch (OperationCanceledException)
        {
            terminal.Say($"The checkpoint holds step {training.Step} of {training.Setup.Experiment.Steps} ({checkpoint}).");
            throw;
        }
    }

    // The network is as trained; simulator and tangent model take the refined parameters.
    private (TrainedModel Model, ModelCard Card) Refined(TrainedModel trained, ParquetArchive archive)
    {
        IReadOnlyList<ParameterEstimate> estimates;
        using (var model = OnnxModel.Open(_jointFolder))
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
        return (refined, ModelExport.Write(refined, _jointFolder, job.Command));
    }

    // The model as exported smooths the record that it was trained on; the network is then fitted to these states.
    private ModelCard FitReanalysis(TrainedModel trained, ParquetArchive archive, ReanalysisFit fit, torch.Device device)
    {
        Reanalysis reanalysis;
        using (var model = OnnxModel.Open(_jointFolder))
        {
            reanalysis = Reanalyze(model, archive, fit);
        }

        var checkpoint = Path.Combine(job.Folder, ReanalysisCheckpoint);
        using var training = new JointTraining(
            job.Experiment, archive, checkpoint, device, job.Threads, new Relay<string>(terminal.Say), new ReanalysisStage(trained, reanalysis));
        var fitted = Train(training, "fit the reanalysis", checkpoint);
        return ModelExport.Write(fitted with { UnrefinedParameters = trained.UnrefinedParameters, ParameterErrors = trained.ParameterErrors }, job.Folder, job.Command);
    }

    private Reanalysis Reanalyze(OnnxModel model, ParquetArchive archive, ReanalysisFit fit)
    {
        var options = new PolishedMethod.Options();
        var method = new PolishedMethod(
            new AnalysisContext(archive, model), fit.ModelErrorVariance is { } variance ? options with { ModelErrorVariance = variance } : options);
        var reports = new List<StretchReport>();
        var states = stages.Run("reanalyze", state => new Reanalysis(archive.Description, model.Card.Layout.Size, method.Analyze(
            archive,
            new AnalysisRequest { Workers = job.Threads, Progress = new Relay<double>(share => state.Report(new(share))), Cancellation = cancellation },
            reports.Add)));
        var unsound = reports.Count(r => !r.IsSound);
        if (unsound > 0)
        {
            terminal.Say($"{unsound} of {reports.Count} stretches of the reanalysis did not converge; the network is fitted to them all the same.");
        }

        return states;
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
}
