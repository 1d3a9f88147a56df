using System.Diagnostics;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Archives.Stores;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Data.Twins;
using Coda.Inference.Forecasting;
using Coda.Inference.Sessions;
using Coda.Training.Experiments;
using Coda.Workflows.Analyzing;
using Coda.Workflows.Forecasting;
using Coda.Workflows.Progress;
using Coda.Workflows.Scoring;
using Coda.Workflows.Simulating;
using Coda.Workflows.Training;

namespace Coda.Workflows.Demonstrating;

/// <summary>Carries the demo out, stage by stage; what an earlier run finished is reused.</summary>
/// <param name="job">What to run.</param>
/// <param name="folder">Where the files lie.</param>
/// <param name="progress">Told how it gets on.</param>
/// <param name="cancellation">Stops it.</param>
internal sealed class DemoPhases(DemoJob job, DemoFolder folder, IWorkflowProgress progress, CancellationToken cancellation)
{
    private readonly List<PhaseTime> _times = [];

    private DemoSettings Settings => job.Settings;

    /// <summary>Runs every stage.</summary>
    public DemoReport Run()
    {
        var (training, test, model) = (folder.At("training"), folder.At("test"), ModelOf());
        Stage("simulate the training record", ArchiveIn(training), () => Simulate(Settings.Training, training, hasTruth: false));
        Stage("simulate the test records", ArchiveIn(test), () => Simulate(Settings.Test, test, hasTruth: true));
        IReadOnlyDictionary<string, double> differences = new Dictionary<string, double>();
        if (Settings.Experiment is { } experiment)
        {
            Stage("train and export", File.Exists(Path.Combine(model!, ModelFolder.Card)), () => Train(experiment, training, model!));
            Stage("check against LibTorch", false, () => differences = ReferenceCheck.Run(model!));
        }

        foreach (var analysis in Settings.Analyses)
        {
            var output = folder.At("analyses", analysis.Name);
            Stage($"analyze ({analysis.Name})", ArchiveIn(output), () => Analyze(analysis, test, training, model, output));
        }

        // A forecaster stands at the newest step: starts have seen nothing past themselves.
        foreach (var analysis in Settings.Starts)
        {
            var output = folder.At("starts", analysis.Name);
            Stage($"analyze ({analysis.Name}, looking back)", ArchiveIn(output), () => Analyze(analysis, test, training, model, output, looksBack: true));
        }

        foreach (var forecast in Settings.Forecasts)
        {
            var output = folder.At("forecasts", FolderOf(forecast));
            Stage(
                $"forecast ({forecast.Title})", ArchiveIn(output),
                () => Forecast(forecast.Method, folder.At("starts", forecast.Starts), test, model, output));
        }

        List<DemoScore> analysisScores = [], forecastScores = [];
        Stage("score", false, () =>
        {
            analysisScores = [.. Settings.Analyses.Select(a => Score(test, a.Name, folder.At("analyses", a.Name)))];
            forecastScores = [.. Settings.Forecasts.Select(f => Score(test, f.Title, folder.At("forecasts", FolderOf(f))))];
            if (Settings.Experiment is not null)
            {
                Record(test, model!, ArchiveTable.Analyses, analysisScores);
                Record(test, model!, ArchiveTable.Forecasts, forecastScores);
            }
        });
        var card = model is null ? null : ModelFolder.ReadCard(model);
        return new DemoReport(Settings, card, differences, analysisScores, forecastScores, _times, [.. folder.Owned.Where(Directory.Exists)]) { Model = model };
    }

    // What was trained lies in the demo's folder; what is released lies where it lies.
    private string? ModelOf()
    {
        if (Settings.Experiment is not null || Settings.Released is not { } name)
        {
            return Settings.Experiment is null ? null : folder.At("model");
        }

        return ReleasedModels.All().GetValueOrDefault(name) ?? throw new FileNotFoundException(
            $"demo {Settings.Name}: expected the released model '{name}', got none of that name ('coda models' lists those that are found). "
                + $"Set {ReleasedModels.FolderVariable} to the folder that holds it, or run 'coda demo' where the folder {ReleasedModels.FolderName} is.");
    }

    private static string FolderOf(DemoForecast forecast) => $"{forecast.Method}-{forecast.Starts}";

    // The scores of the first, which are the model's own.
    private void Record(string test, string model, ArchiveTable table, List<DemoScore> scores)
    {
        using var archive = ParquetArchive.Open(test);
        foreach (var own in scores.Take(1))
        {
            ModelScores.Record(model, table, own.Results, new TableNote { LookAhead = own.LookAhead }, ScoredOn.Of(archive.Description, Settings.Margin));
        }
    }

    private void Stage(string title, bool isDone, Action work)
    {
        cancellation.ThrowIfCancellationRequested();
        var start = Stopwatch.GetTimestamp();
        if (!isDone)
        {
            progress.Say($"{title} ...");
            work();
        }

        _times.Add(new PhaseTime(title, Stopwatch.GetElapsedTime(start).TotalSeconds, isDone));
    }

    private static bool ArchiveIn(string path) => ArchiveStores.Holds(path);

    private void Simulate(TwinExperiment experiment, string path, bool hasTruth) => SimulateWorkflow.Run(
        new(experiment, path)
        {
            HasTruth = hasTruth,
            Provenance = $"coda simulate{Chosen(experiment)}"
                + FormattableString.Invariant(
                    $" --trajectories {experiment.TrajectoryCount} --steps {experiment.StepCount} --spin-up {experiment.SpinUpSteps}")
                + $" --seed {experiment.Seed}{(hasTruth ? "" : " --no-truth")} --output {path}",
        },
        progress, cancellation);

    // What is not the command's default.
    private static string Chosen(TwinExperiment experiment)
    {
        var (usual, words) = (new TwinExperiment(), new List<string>());
        Add("system", experiment.System, usual.System);
        Add("observing-network", experiment.ObservingNetwork, usual.ObservingNetwork);
        words.AddRange(experiment.StepLength == usual.StepLength ? [] : [FormattableString.Invariant($" --step-length {experiment.StepLength}")]);
        words.AddRange(experiment.Sigma == usual.Sigma ? [] : [FormattableString.Invariant($" --sigma {experiment.Sigma}")]);
        return string.Concat(words);

        void Add(string option, Component chosen, Component common)
        {
            var options = (chosen.Options ?? []).Select(o => $" --set {option}.{o.Key}={o.Value!.ToJsonString().Trim('"')}");
            words.AddRange(chosen.Name == common.Name ? options : [$" --{option} {chosen.Name}", .. options]);
        }
    }

    private void Train(Experiment experiment, string record, string model)
    {
        using var archive = ParquetArchive.Open(record);
        var training = new TrainJob(experiment, archive, model) { Command = job.Command, Threads = job.Threads, Refine = Settings.RefineTrajectories };
        TrainWorkflow.Run(training, progress, cancellation);
    }

    // The steps that forecasts start from: the same for every lead, so that the longest still ends within the record.
    private RecordRange Starts()
    {
        var end = Settings.Test.StepCount - Math.Max(Settings.Margin, Settings.Leads[^1]);
        return new(0, Settings.Test.TrajectoryCount, new StepRange(Settings.LookBack, end)) { Every = Settings.StartEvery };
    }

    private void Analyze(DemoAnalysis analysis, string test, string training, string? model, string output, bool looksBack = false)
    {
        using var archive = ParquetArchive.Open(test);
        using var reference = ParquetArchive.Open(training);
        using var opened = analysis.NeedsModel && model is not null ? progress.OpenModel(model) : null;
        var aside = new ProgressAside(progress);
        AnalyzeWorkflow.Run(
            new AnalyzeJob(analysis.Method, archive)
            {
                Reference = reference,
                Model = opened,
                Output = output,
                Provenance = $"coda demo: {analysis.Name}",
                Range = looksBack ? Starts()
                    : analysis.Records is { } records ? RecordRange.Whole(archive.Description) with { TrajectoryCount = records }
                    : null,
                IsRestarted = true, // the time counts
            },
            aside, cancellation);

        // One method of several that fails leaves the others.
        foreach (var warning in aside.Warnings.All)
        {
            progress.Warnings.Add(warning with { IsFailure = false });
        }
    }

    private void Forecast(string method, string starts, string test, string? model, string output)
    {
        using var analyses = ParquetArchive.Open(starts);
        using var opened = method == DemoForecast.Hybrid ? progress.OpenModel(model!) : null;
        ForecastWorkflow.Run(
            new(new Component(method), analyses, new ForecastRequest { Leads = Settings.Leads }) { Model = opened, Output = output,
                Provenance = $"coda demo: {method} from {test}" },
            progress, cancellation);
    }

    private DemoScore Score(string test, string method, string path)
    {
        using var archive = ParquetArchive.Open(test);
        var scored = ScoreWorkflow.Run(new(archive, [path]) { AgainstTruth = true, Margin = Settings.Margin }, progress, cancellation).Scores;
        return new DemoScore(method, [.. scored.SelectMany(s => s.Results)]) { LookAhead = scored[0].Note.LookAhead, Model = scored[0].Note.Model };
    }
}
