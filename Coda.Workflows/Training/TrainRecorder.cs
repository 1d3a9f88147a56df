using System.Diagnostics;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Training.Optimization;

namespace Coda.Workflows.Training;

/// <summary>Keeps the course of a training's stages in the model's folder, and tells TensorBoard of it where that was asked for.</summary>
internal sealed class TrainRecorder : ITrainingRecorder, IDisposable
{
    // Of the time between two writes, the part that they may take of it.
    private const double WritingShare = 0.005;

    private static readonly TimeSpan Between = TimeSpan.FromSeconds(3);

    private readonly TrainJob _job;
    private readonly TrainingHistoryWriter _history;
    private readonly Stopwatch _sinceStart = Stopwatch.StartNew();
    private readonly Stopwatch _sinceWrite = Stopwatch.StartNew();
    private TimeSpan _wait = Between;
    private TensorBoardEvents? _events;
    private double _secondsBefore;

    /// <summary>Goes on with what is kept.</summary>
    /// <param name="job">What is trained.</param>
    /// <exception cref="InvalidDataException">What is kept is damaged.</exception>
    public TrainRecorder(TrainJob job) => (_job, _history) = (job, new(job.Folder, Truths(job), job.From));

    // All ranks have the same course, which one writes.
    private bool IsKept => _job.Ranks.Rank == 0;

    /// <summary>Begins a stage, or goes on with it.</summary>
    /// <param name="stage">Its name.</param>
    /// <param name="step">The step of its checkpoint; 0 where it starts.</param>
    public void Begin(string stage, int step)
    {
        if (!IsKept)
        {
            return;
        }

        _history.Begin(stage, step);
        _secondsBefore = _history.Seconds;
        _sinceStart.Restart();
    }

    /// <inheritdoc/>
    public bool Takes(int step) => IsKept && TrainingHistoryWriter.Takes(step);

    /// <inheritdoc/>
    public void Take(TrainingFigures figures)
    {
        if (!IsKept)
        {
            return;
        }

        var values = new Dictionary<string, double>();
        Add(TrainingHistory.Loss, figures.Terms);
        if (figures.Validation is { } validation)
        {
            values[TrainingHistory.Validation] = validation;
        }

        Add(TrainingHistory.Parameter, figures.Parameters);
        Add(TrainingHistory.Rate, figures.LearningRates);
        Add(TrainingHistory.Gradient, figures.GradientNorms);
        values[TrainingHistory.Seconds] = _secondsBefore + _sinceStart.Elapsed.TotalSeconds;
        var step = _history.Add(figures.Step, values);
        if (_job.TensorBoard is { } folder)
        {
            _events ??= new(folder, step, _job.Clock);
            _events.Add(step, values.Select(value => (TagOf(value.Key), value.Value)));
        }

        if (_sinceWrite.Elapsed > _wait)
        {
            Save();
        }

        void Add(string kind, IReadOnlyDictionary<string, double> numbers)
        {
            foreach (var (name, number) in numbers)
            {
                values[kind + name] = number;
            }
        }
    }

    /// <inheritdoc/>
    public void Save()
    {
        if (!IsKept)
        {
            return;
        }

        var start = Stopwatch.GetTimestamp();
        _history.Write();
        _events?.Flush();
        _wait = TimeSpan.FromTicks(Math.Max(Between.Ticks, (long)(Stopwatch.GetElapsedTime(start).Ticks / WritingShare)));
        _sinceWrite.Restart();
    }

    /// <inheritdoc/>
    public void Dispose() => _events?.Dispose();

    // TensorBoard groups by what stands before a slash.
    private static string TagOf(string column) => column.IndexOf('.', StringComparison.Ordinal) is >= 0 and var dot
        ? $"{column[..dot]}/{column[(dot + 1)..]}" : column;

    // Of a twin, whose archive says what it simulated; what somebody imported names a system to be fitted.
    private static Dictionary<string, double> Truths(TrainJob job) =>
        job.Archive.Description is { ObservingNetwork: not null, System: { } system } && system.Name == job.Experiment.System.Name
            ? DynamicalSystem.Catalog.Create(system).ParameterNumbers.ToDictionary() : [];
}
