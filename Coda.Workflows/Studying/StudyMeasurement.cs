using Coda.Classical.Tuning;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Foundation;
using Coda.Data.Scoring;
using Coda.Inference.Assimilation;
using Coda.Inference.Sessions;
using Coda.Workflows.Progress;
using Coda.Workflows.Tuning;

namespace Coda.Workflows.Studying;

/// <summary>What is measured of one cell's model, by name.</summary>
internal sealed class StudyMeasurement
{
    private readonly Dictionary<string, double> _numbers = [];
    private readonly StudyCell _cell;
    private readonly ParquetArchive _archive;
    private readonly OnnxModel _model;
    private readonly IWorkflowProgress _progress;
    private readonly CancellationToken _cancellation;

    private StudyMeasurement(StudyCell cell, ParquetArchive archive, OnnxModel model, IWorkflowProgress progress, CancellationToken cancellation) =>
        (_cell, _archive, _model, _progress, _cancellation) = (cell, archive, model, progress, cancellation);

    /// <summary>The file that tells the processor time of training.</summary>
    /// <param name="model">The model's folder.</param>
    public static string SecondsOf(string model) => Path.Combine(model, "seconds.json");

    /// <summary>Measures.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="folder">Its model's folder.</param>
    /// <param name="test">The directory of the test records, with their truth.</param>
    /// <param name="progress">Told what makes scores doubtful.</param>
    /// <param name="cancellation">Stops it.</param>
    public static IReadOnlyDictionary<string, double> Of(StudyCell cell, string folder, string test, IWorkflowProgress progress, CancellationToken cancellation)
    {
        using var model = progress.OpenModel(folder);
        using var archive = ParquetArchive.Open(test);
        var measured = new StudyMeasurement(cell, archive, model, progress, cancellation);
        measured.Score(new Component("network"), "");
        measured.Time(NetworkPrecision.Float32, "");
        if (cell.IsQuantized)
        {
            measured.Score(new Component("network", new() { ["precision"] = "int8" }), "int8_");
            measured.Time(NetworkPrecision.Int8, "int8_");
        }

        if (cell.Polish > 0)
        {
            measured.Score(new Component("polished", new() { ["passes"] = cell.Polish }), "polished_");
        }

        measured.Parameters();
        measured.Keep("core_minutes", CodaJson.Read<double>(SecondsOf(folder)) / 60);
        return measured._numbers;
    }

    private void Score(Component method, string prefix)
    {
        var scoring = new ScoreRequest { Margin = _cell.Margin, Cancellation = _cancellation };
        var trial = MethodTrials.Run(
            method, new AnalysisContext(_archive, _model), _archive,
            (analyses, layout) => TruthScoring.Score(analyses, _archive.ReadStates(ArchiveTable.Truth), _archive, scoring with { Layout = layout }),
            new AnalysisRequest { Cancellation = _cancellation });
        TrialWarnings.Add(_progress.Warnings, trial, _archive.Description.NameOf);
        Keep($"{prefix}unsound", trial.Unsound > 0 ? trial.Unsound : null);
        foreach (var (name, score) in new[] { ("rmse", RootMeanSquareError.Name), ("spread", Spread.Name), ("crps", ContinuousRankedProbability.Name) })
        {
            Keep($"{prefix}{name}", trial.Find(score)?.Value);
            Keep($"{prefix}{name}_deviation", trial.Find(score)?.Deviation);
        }
    }

    // The processor's time, the least of several, for a machine that does other things too.
    private void Time(NetworkPrecision precision, string prefix)
    {
        var method = new NetworkMethod(new AnalysisContext(_archive, _model), new() { Precision = precision });
        var record = new MemoryArchive(_archive.Description with { TrajectoryCount = 1 }, [_archive.ReadObservations(0, _archive.Description.Steps)]);
        for (var round = 0; round < _cell.TimingRounds; round++)
        {
            var before = Environment.CpuUsage.TotalTime;
            var count = method.Analyze(record, new AnalysisRequest { Workers = 1, Cancellation = _cancellation }).Sum(b => b.Count);
            var time = (Environment.CpuUsage.TotalTime - before).TotalMicroseconds / count;
            Keep($"{prefix}microseconds", Math.Min(time, _numbers.GetValueOrDefault($"{prefix}microseconds", time)));
        }
    }

    private void Parameters()
    {
        var card = _model.Card;
        foreach (var name in card.TrainedParameters)
        {
            Keep(name, card.Parameters[name]);
            Keep($"{name}_trained", card.UnrefinedParameters.TryGetValue(name, out var trained) ? trained : card.Parameters[name]);
            Keep($"{name}_error", card.ParameterErrors.TryGetValue(name, out var error) ? error : null);
        }
    }

    private void Keep(string name, double? number)
    {
        if (number is { } found)
        {
            _numbers[name] = found;
        }
    }
}
