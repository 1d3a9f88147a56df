using System.Security.Cryptography;
using System.Text.Json;
using Coda.Classical.Tuning;
using Coda.Cli.Commands;
using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Data.Scoring;
using Coda.Data.Twins;
using Coda.Inference.Assimilation;
using Coda.Inference.Sessions;
using Coda.Workflows.Analyzing;
using Coda.Workflows.Simulating;
using Coda.Workflows.Training;

namespace Coda.Cli.Studies;

/// <summary>Runs a study cell by cell. Records, models and cells are named by what they depend on, so that a run which was stopped goes on and cells share what they can.</summary>
/// <param name="folder">Where everything lies.</param>
/// <param name="terminal">Where messages go.</param>
/// <param name="cancellation">Cancelled by Ctrl-C.</param>
internal sealed class StudyRun(string folder, Terminal terminal, CancellationToken cancellation)
{
    private readonly Stages _stages = new(terminal);

    /// <summary>The number of threads of LibTorch; the bits of a cell depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Runs a cell, or reads what it came to.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="seed">Its seed.</param>
    /// <param name="point">Its point.</param>
    public StudyResult Run(StudyCell cell, ulong seed, IReadOnlyList<double> point)
    {
        if (Read(cell) is { } finished)
        {
            return finished;
        }

        var model = Model(cell);
        var test = Record(cell.Test, hasTruth: true);
        var result = new StudyResult(cell, seed, point, Measure(cell, model, test));
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(cell))!);
        CodaJson.Write(PathOf(cell), result);
        return result;
    }

    /// <summary>What a cell came to; <see langword="null"/> where it was not run yet.</summary>
    /// <param name="cell">The cell.</param>
    public StudyResult? Read(StudyCell cell) => File.Exists(PathOf(cell)) ? CodaJson.Read<StudyResult>(PathOf(cell)) : null;

    /// <summary>What a cell's model is named by: cells with the same share it.</summary>
    /// <param name="cell">The cell.</param>
    public string ModelOf(StudyCell cell) => Key(new { cell.Experiment, cell.Training, cell.Refine, Threads });

    private string PathOf(StudyCell cell) => Path.Combine(folder, "cells", $"{Key(cell)}.json");

    /// <summary>Waits until no other process of the same study makes a record, a model or the tables.</summary>
    /// <param name="key">What is made.</param>
    public IDisposable Lock(string key) => FileLock.Take(Path.Combine(folder, "locks", $"{key}.lock"), cancellation);

    private static string Key(object of) => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(of, CodaJson.Options)))[..16];

    private string Record(TwinExperiment twin, bool hasTruth)
    {
        var key = Key(new { twin, hasTruth });
        var path = Path.Combine(folder, "records", key);
        using var held = Lock(key);
        if (!File.Exists(Path.Combine(path, "archive.json")))
        {
            SimulateWorkflow.Run(new(twin, path) { HasTruth = hasTruth, Provenance = "coda study" }, _stages, cancellation);
        }

        return path;
    }

    private string Model(StudyCell cell)
    {
        var path = Path.Combine(folder, "models", ModelOf(cell));
        using var held = Lock(ModelOf(cell));
        if (!File.Exists(Path.Combine(path, "seconds.json")))
        {
            var before = Environment.CpuUsage.TotalTime;
            using var archive = ParquetArchive.Open(Record(cell.Training, hasTruth: false));
            var job = new TrainJob(cell.Experiment, archive, path) { Command = "coda study", Threads = Threads, Refine = cell.Refine };
            TrainWorkflow.Run(job, _stages, cancellation);
            CodaJson.Write(Path.Combine(path, "seconds.json"), (Environment.CpuUsage.TotalTime - before).TotalSeconds);
        }

        return path;
    }

    private Dictionary<string, double> Measure(StudyCell cell, string folder, string test)
    {
        if (cell.IsQuantized && !ModelFolder.ReadCard(folder).Files.ContainsKey(ModelFolder.AnalysisStretchInt8))
        {
            using var seen = ParquetArchive.Open(Record(cell.Training, hasTruth: false));
            QuantizeCommand.Quantize(folder, seen, output: null, QuantizeCommand.DefaultSteps, cancellation);
        }

        using var model = OnnxModel.Open(folder);
        using var archive = ParquetArchive.Open(test);
        var numbers = new Dictionary<string, double>();
        Score(new Component("network"), "");
        Time(NetworkPrecision.Float32, "");
        if (cell.IsQuantized)
        {
            Score(new Component("network", new() { ["precision"] = "int8" }), "int8_");
            Time(NetworkPrecision.Int8, "int8_");
        }

        if (cell.Polish > 0)
        {
            Score(new Component("polished", new() { ["passes"] = cell.Polish }), "polished_");
        }

        foreach (var name in model.Card.TrainedParameters)
        {
            numbers[name] = model.Card.Parameters[name];
            numbers[$"{name}_trained"] = model.Card.UnrefinedParameters.TryGetValue(name, out var trained) ? trained : numbers[name];
            if (model.Card.ParameterErrors.TryGetValue(name, out var error))
            {
                numbers[$"{name}_error"] = error;
            }
        }

        numbers["core_minutes"] = CodaJson.Read<double>(Path.Combine(folder, "seconds.json")) / 60;
        return numbers;

        void Score(Component method, string prefix)
        {
            var trial = MethodTrials.Run(
                method, new AnalysisContext(archive, model), archive,
                analyses => TruthScoring.Score(analyses, archive.ReadStates(ArchiveTable.Truth), archive, new ScoreRequest { Margin = cell.Margin, Cancellation = cancellation }),
                new AnalysisRequest { Cancellation = cancellation });
            StretchWarnings.Add(terminal.Warnings, trial);
            Keep($"{prefix}unsound", trial.Unsound > 0 ? trial.Unsound : null);
            foreach (var (name, score) in new[] { ("rmse", RootMeanSquareError.Name), ("spread", Spread.Name), ("crps", ContinuousRankedProbability.Name) })
            {
                Keep($"{prefix}{name}", trial.Find(score)?.Value);
                Keep($"{prefix}{name}_deviation", trial.Find(score)?.Deviation);
            }
        }

        // The processor's time, the least of several, for a machine that does other things too.
        void Time(NetworkPrecision precision, string prefix)
        {
            var method = new NetworkMethod(new AnalysisContext(archive, model), new() { Precision = precision });
            var record = new MemoryArchive(archive.Description with { TrajectoryCount = 1 }, [archive.ReadObservations(0, archive.Description.Steps)]);
            for (var round = 0; round < cell.TimingRounds; round++)
            {
                var (before, count) = (Environment.CpuUsage.TotalTime, method.Analyze(record, new AnalysisRequest { Workers = 1, Cancellation = cancellation }).Sum(b => b.Count));
                var time = (Environment.CpuUsage.TotalTime - before).TotalMicroseconds / count;
                Keep($"{prefix}microseconds", Math.Min(time, numbers.GetValueOrDefault($"{prefix}microseconds", time)));
            }
        }

        void Keep(string name, double? number)
        {
            if (number is { } found)
            {
                numbers[name] = found;
            }
        }
    }
}
