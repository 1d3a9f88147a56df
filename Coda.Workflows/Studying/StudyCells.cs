using System.Security.Cryptography;
using System.Text.Json;
using Coda.Data.Archives.Stored;
using Coda.Data.Archives.Stores;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Data.Twins;
using Coda.Workflows.Progress;
using Coda.Workflows.Quantizing;
using Coda.Workflows.Simulating;
using Coda.Workflows.Training;

namespace Coda.Workflows.Studying;

/// <summary>Runs a study cell by cell. Records, models and cells are named by what they depend on, so that a run which was stopped goes on and cells share
/// what they can.</summary>
/// <param name="folder">Where everything lies.</param>
/// <param name="progress">Told how it gets on.</param>
/// <param name="cancellation">Stops it.</param>
internal sealed class StudyCells(string folder, IWorkflowProgress progress, CancellationToken cancellation)
{
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
        Quantize(cell, model);
        var result = new StudyResult(cell, seed, point, StudyMeasurement.Of(cell, model, Record(cell.Test, hasTruth: true), progress, cancellation));
        var path = PathOf(cell);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var held = Lock($"cell-{Key(cell)}");
        AtomicFile.RemoveLeft(Path.GetDirectoryName(path)!, [Path.GetFileName(path)]);
        CodaJson.Write(path, result);
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
        ArchiveFiles.RemoveLeft(path);
        if (!ArchiveStores.Holds(path))
        {
            SimulateWorkflow.Run(new(twin, path) { HasTruth = hasTruth, Provenance = "coda study" }, progress, cancellation);
        }

        return path;
    }

    private string Model(StudyCell cell)
    {
        var path = Path.Combine(folder, "models", ModelOf(cell));
        using var held = Lock(ModelOf(cell));
        if (!File.Exists(StudyMeasurement.SecondsOf(path)))
        {
            var before = Environment.CpuUsage.TotalTime;
            using var archive = ParquetArchive.Open(Record(cell.Training, hasTruth: false));
            var job = new TrainJob(cell.Experiment, archive, path) { Command = "coda study", Threads = Threads, Refine = cell.Refine };
            TrainWorkflow.Run(job, progress, cancellation);
            AtomicFile.RemoveLeft(path, [Path.GetFileName(StudyMeasurement.SecondsOf(path))]);
            CodaJson.Write(StudyMeasurement.SecondsOf(path), (Environment.CpuUsage.TotalTime - before).TotalSeconds);
        }

        return path;
    }

    private void Quantize(StudyCell cell, string model)
    {
        if (cell.IsQuantized && ModelFolder.ReadCard(model).FileOf(ModelRoles.AnalysisStretchInt8) is null)
        {
            using var seen = ParquetArchive.Open(Record(cell.Training, hasTruth: false));
            QuantizeWorkflow.Run(new QuantizeJob(model, seen), progress, cancellation);
        }
    }
}
