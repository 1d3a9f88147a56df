using System.Diagnostics;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Data.Twins;
using Coda.Inference.Forecasting;
using Coda.Inference.Sessions;
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
    private const string Network = "network";
    private const string Polished = "polished";
    private const string Interpolation = "space-time-optimal-interpolation";

    private readonly List<PhaseTime> _times = [];

    private DemoSettings Settings => job.Settings;

    /// <summary>Runs every stage.</summary>
    public DemoReport Run()
    {
        var (training, test, model) = (folder.At("training"), folder.At("test"), folder.At("model"));
        Stage("simulate the training record", ArchiveIn(training), () => Simulate(Settings.Training, training, hasTruth: false));
        Stage("simulate the test records", ArchiveIn(test), () => Simulate(Settings.Test, test, hasTruth: true));
        Stage("train and export", File.Exists(Path.Combine(model, ModelFolder.Card)), () => Train(training, model));
        IReadOnlyDictionary<string, double> differences = new Dictionary<string, double>();
        Stage("check against LibTorch", false, () => differences = ReferenceCheck.Run(model));

        string[] methods = [Network, Polished, Interpolation, "persistence", "climatology"];
        foreach (var method in methods)
        {
            var output = folder.At("analyses", method);
            Stage($"analyze ({method})", ArchiveIn(output), () => Analyze(method, test, training, model, output));
        }

        // A forecaster stands at the newest step: starts have seen nothing past themselves.
        foreach (var method in new[] { Network, Polished })
        {
            var output = folder.At("starts", method);
            Stage($"analyze ({method}, looking back)", ArchiveIn(output), () => Analyze(method, test, training, model, output, looksBack: true));
        }

        (string Title, string Method, string Starts)[] forecasts =
        [
            ("hybrid, from nowcasts", "hybrid", Network),
            ($"hybrid, polished {Settings.LookBack} steps back", "hybrid", Polished),
            ("persistence, from nowcasts", "persistence", Network),
        ];
        foreach (var (title, method, starts) in forecasts)
        {
            var output = folder.At("forecasts", $"{method}-{starts}");
            Stage($"forecast ({title})", ArchiveIn(output), () => Forecast(method, folder.At("starts", starts), test, model, output));
        }

        // The network's and the hybrid's come first, and go into the model's card.
        List<DemoScore> analysisScores = [], forecastScores = [];
        Stage("score", false, () =>
        {
            analysisScores = [.. methods.Select(method => Score(test, method, folder.At("analyses", method)))];
            forecastScores = [.. forecasts.Select(f => Score(test, f.Title, folder.At("forecasts", $"{f.Method}-{f.Starts}")))];
            using var archive = ParquetArchive.Open(test);
            var scoredOn = ScoredOn.Of(archive.Description, Settings.Margin);
            ModelScores.Record(model, ArchiveTable.Analyses, analysisScores[0].Results, new TableNote { LookAhead = analysisScores[0].LookAhead }, scoredOn);
            ModelScores.Record(model, ArchiveTable.Forecasts, forecastScores[0].Results, new TableNote { LookAhead = forecastScores[0].LookAhead }, scoredOn);
        });
        return new DemoReport(
            Settings, ModelFolder.ReadCard(model), differences, analysisScores, forecastScores, _times, folder.Owned);
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

    private static bool ArchiveIn(string path) => File.Exists(Path.Combine(path, "archive.json"));

    private void Simulate(TwinExperiment experiment, string path, bool hasTruth) => SimulateWorkflow.Run(
        new(experiment, path)
        {
            HasTruth = hasTruth,
            Provenance = FormattableString.Invariant(
                $"coda simulate --trajectories {experiment.TrajectoryCount} --steps {experiment.StepCount} --spin-up {experiment.SpinUpSteps}")
                + $" --seed {experiment.Seed}{(hasTruth ? "" : " --no-truth")} --output {path}",
        },
        progress, cancellation);

    private void Train(string record, string model)
    {
        using var archive = ParquetArchive.Open(record);
        var training = new TrainJob(Settings.Experiment, archive, model) { Command = job.Command, Threads = job.Threads, Refine = Settings.RefineTrajectories };
        TrainWorkflow.Run(training, progress, cancellation);
    }

    // The steps that forecasts start from: the same for every lead, so that the longest still ends within the record.
    private RecordRange Starts()
    {
        var end = Settings.Test.StepCount - Math.Max(Settings.Margin, Settings.Leads[^1]);
        return new(0, Settings.Test.TrajectoryCount, new StepRange(Settings.LookBack, end)) { Every = Settings.StartEvery };
    }

    private void Analyze(string method, string test, string training, string model, string output, bool looksBack = false)
    {
        using var archive = ParquetArchive.Open(test);
        using var reference = ParquetArchive.Open(training);
        using var opened = method is Network or Polished ? progress.OpenModel(model) : null;
        var isInterpolation = method == Interpolation;
        string[] options =
        [
            .. isInterpolation ? [$"half-width={Settings.InterpolationHalfWidth}"] : Array.Empty<string>(),
            .. !looksBack ? Array.Empty<string>() : method == Network ? ["nowcast=true"] : [$"look-back={Settings.LookBack}"],
        ];
        var component = MemberSettings.Component(method, options);
        var aside = new ProgressAside(progress);
        AnalyzeWorkflow.Run(
            new AnalyzeJob(component, archive)
            {
                Reference = reference,
                Model = opened,
                Output = output,
                Provenance = $"coda demo: {method}",
                Range = looksBack ? Starts()
                    : isInterpolation ? RecordRange.Whole(archive.Description) with { TrajectoryCount = Settings.InterpolationRecords }
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

    private void Forecast(string method, string starts, string test, string model, string output)
    {
        using var analyses = ParquetArchive.Open(starts);
        using var opened = method == "hybrid" ? progress.OpenModel(model) : null;
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
