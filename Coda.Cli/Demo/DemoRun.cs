using System.Text.Json;
using Coda.Classical.OptimalInterpolation;
using Coda.Cli.Commands;
using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Data.Scoring;
using Coda.Data.Time;
using Coda.Data.Twins;
using Coda.Inference.Assimilation;
using Coda.Inference.Forecasting;
using Coda.Inference.Sessions;
using Coda.Workflows.Analyzing;
using Coda.Workflows.Progress;
using Coda.Workflows.Forecasting;
using Coda.Workflows.Scoring;
using Coda.Workflows.Simulating;
using Coda.Workflows.Training;

namespace Coda.Cli.Demo;

/// <summary>Carries the demo out, stage by stage; what an earlier run of the same settings and build finished is reused.</summary>
/// <param name="settings">All that the numbers depend on.</param>
/// <param name="folder">Where the files lie.</param>
/// <param name="terminal">Where messages go.</param>
/// <param name="cancellation">Cancelled by Ctrl-C.</param>
internal sealed class DemoRun(DemoSettings settings, string folder, Terminal terminal, CancellationToken cancellation)
{
    private const string Network = "network";
    private const string Polished = "polished";
    private const string Interpolation = "space-time-optimal-interpolation";

    private static readonly string[] Owned = ["training", "test", "model", "analyses", "starts", "forecasts"];

    private readonly Stages _stages = new(terminal);
    private readonly List<StageTime> _times = [];

    /// <summary>The number of threads of LibTorch.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>The command that rebuilds the model, for its card.</summary>
    public string Command { get; init; } = "coda demo";

    /// <summary>Runs every stage.</summary>
    public DemoReport Run()
    {
        using var held = FileLock.TryTake(At(".demo.lock")) ?? throw new IOException(
            $"{folder}: expected no other demo in this folder, got one. Wait for it, or choose another --output.");
        Prepare();
        var (training, test, model) = (At("training"), At("test"), At("model"));
        Stage("simulate the training record", ArchiveIn(training), () => Simulate(settings.Training, training, hasTruth: false));
        Stage("simulate the test records", ArchiveIn(test), () => Simulate(settings.Test, test, hasTruth: true));
        Stage("train and export", File.Exists(Path.Combine(model, ModelFolder.Card)), () => Train(training, model));
        IReadOnlyDictionary<string, double> differences = new Dictionary<string, double>();
        Stage("check against LibTorch", false, () => differences = ReferenceCheck.Run(model));

        string[] methods = [Network, Polished, Interpolation, "persistence", "climatology"];
        foreach (var method in methods)
        {
            var output = At("analyses", method);
            Stage($"analyze ({method})", ArchiveIn(output), () => Analyze(method, test, training, model, output));
        }

        // A forecaster stands at the newest step: starts have seen nothing past themselves.
        foreach (var method in new[] { Network, Polished })
        {
            var output = At("starts", method);
            Stage($"analyze ({method}, looking back)", ArchiveIn(output), () => Analyze(method, test, training, model, output, looksBack: true));
        }

        (string Title, string Method, string Starts)[] forecasts =
        [
            ("hybrid, from nowcasts", "hybrid", Network), ($"hybrid, polished {settings.LookBack} steps back", "hybrid", Polished), ("persistence, from nowcasts", "persistence", Network),
        ];
        foreach (var (title, method, starts) in forecasts)
        {
            var output = At("forecasts", $"{method}-{starts}");
            Stage($"forecast ({title})", ArchiveIn(output), () => Forecast(method, At("starts", starts), test, model, output));
        }

        // The network's and the hybrid's come first, and go into the model's card.
        List<DemoScore> analysisScores = [], forecastScores = [];
        Stage("score", false, () =>
        {
            analysisScores = [.. methods.Select(method => Score(test, method, At("analyses", method)))];
            forecastScores = [.. forecasts.Select(f => Score(test, f.Title, At("forecasts", $"{f.Method}-{f.Starts}")))];
            using var archive = ParquetArchive.Open(test);
            var scoredOn = ScoredOn.Of(archive.Description, settings.Margin);
            ModelScores.Record(model, ArchiveTable.Analyses, analysisScores[0].Results, new TableNote { LookAhead = analysisScores[0].LookAhead }, scoredOn);
            ModelScores.Record(model, ArchiveTable.Forecasts, forecastScores[0].Results, new TableNote { LookAhead = forecastScores[0].LookAhead }, scoredOn);
        });
        return new DemoReport(
            settings, ModelFolder.ReadCard(model), differences, analysisScores, forecastScores, _times,
            [.. Owned.Select(name => At(name))]);
    }

    private string At(params ReadOnlySpan<string> parts) => Path.Combine([folder, .. parts]);

    /// <summary>Drops what other settings, or another build, left.</summary>
    private void Prepare()
    {
        var stamp = At("demo.json");
        var wanted = JsonSerializer.Serialize(settings, CodaJson.Options);
        if (File.Exists(stamp) && File.ReadAllText(stamp) == wanted)
        {
            terminal.Say($"{folder} holds a demo of the same settings; its finished stages are reused.");
            return;
        }

        var left = Owned.Select(name => At(name)).Where(Directory.Exists).ToList();
        if (left.Count > 0)
        {
            terminal.Say(File.Exists(stamp)
                ? $"{folder} holds a demo of other settings or of another build; starting anew."
                : throw new IOException($"{folder}: expected a folder of the demo, or none, got one with {Path.GetFileName(left[0])} of another origin. Choose another --output."));
        }

        Remove();
        AtomicFile.WriteText(stamp, wanted);
    }

    // What a demo makes; files that are somebody's own stay.
    private void Remove()
    {
        if (Directory.Exists(At("model")))
        {
            TrainFolder.Forget(At("model"));
            ModelFiles.Remove(At("model"));
        }

        string[] groups = [At("analyses"), At("starts"), At("forecasts")];
        foreach (var path in groups.Where(Directory.Exists).SelectMany(Directory.GetDirectories).Append(At("training")).Append(At("test")))
        {
            ArchiveFiles.Remove(path);
        }

        foreach (var group in groups.Where(path => Directory.Exists(path) && !Directory.EnumerateFileSystemEntries(path).Any()))
        {
            Directory.Delete(group);
        }
    }

    private void Stage(string title, bool isDone, Action work)
    {
        cancellation.ThrowIfCancellationRequested();
        var start = terminal.Clock.GetTimestamp();
        if (!isDone)
        {
            terminal.Say($"{title} ...");
            work();
        }

        _times.Add(new StageTime(title, terminal.Clock.GetElapsedTime(start).TotalSeconds, isDone));
    }

    private static bool ArchiveIn(string path) => File.Exists(Path.Combine(path, "archive.json"));

    private void Simulate(TwinExperiment experiment, string path, bool hasTruth) => SimulateWorkflow.Run(
        new(experiment, path)
        {
            HasTruth = hasTruth,
            Provenance = FormattableString.Invariant(
                $"coda simulate --trajectories {experiment.TrajectoryCount} --steps {experiment.StepCount} --spin-up {experiment.SpinUpSteps} --seed {experiment.Seed}")
                + $"{(hasTruth ? "" : " --no-truth")} --output {path}",
        },
        _stages, cancellation);

    private void Train(string training, string model)
    {
        using var archive = ParquetArchive.Open(training);
        TrainWorkflow.Run(
            new TrainJob(settings.Experiment, archive, model) { Command = Command, Threads = Threads, Refine = settings.RefineTrajectories }, _stages, cancellation);
    }

    // The steps that forecasts start from: the same for every lead, so that the longest still ends within the record.
    private RecordRange Starts() => new(0, settings.Test.TrajectoryCount, new StepRange(settings.LookBack, settings.Test.StepCount - Math.Max(settings.Margin, settings.Leads[^1])))
    {
        Every = settings.StartEvery,
    };

    private void Analyze(string method, string test, string training, string model, string output, bool looksBack = false)
    {
        using var archive = ParquetArchive.Open(test);
        using var reference = ParquetArchive.Open(training);
        using var opened = method is Network or Polished ? OnnxModel.Open(model) : null;
        var isInterpolation = method == Interpolation;
        string[] options =
        [
            .. isInterpolation ? [$"half-width={settings.InterpolationHalfWidth}"] : Array.Empty<string>(),
            .. !looksBack ? Array.Empty<string>() : method == Network ? ["nowcast=true"] : [$"look-back={settings.LookBack}"],
        ];
        var component = Settings.Component(method, options);
        var aside = new ProgressAside(_stages);
        AnalyzeWorkflow.Run(
            new AnalyzeJob(component, archive)
            {
                Reference = reference,
                Model = opened,
                Output = output,
                Provenance = $"coda demo: {method}",
                Range = looksBack ? Starts() : isInterpolation ? RecordRange.Whole(archive.Description) with { TrajectoryCount = settings.InterpolationRecords } : null,
                Anew = true, // the time counts
            },
            aside, cancellation);

        // One method of several that fails leaves the others.
        foreach (var warning in aside.Warnings.All)
        {
            terminal.Warnings.Add(warning with { IsFailure = false });
        }
    }

    private void Forecast(string method, string starts, string test, string model, string output)
    {
        using var analyses = ParquetArchive.Open(starts);
        using var opened = method == "hybrid" ? OnnxModel.Open(model) : null;
        ForecastWorkflow.Run(
            new(method, analyses, new ForecastRequest { Leads = settings.Leads }) { Model = opened, Output = output, Provenance = $"coda demo: {method} from {test}" }, _stages, cancellation);
    }

    private DemoScore Score(string test, string method, string path)
    {
        using var archive = ParquetArchive.Open(test);
        var scored = ScoreWorkflow.Run(new(archive, [path]) { AgainstTruth = true, Margin = settings.Margin }, _stages, cancellation).Scores;
        return new DemoScore(method, [.. scored.SelectMany(s => s.Results)]) { LookAhead = scored[0].Note.LookAhead };
    }
}
