namespace Coda.Data.Cards;

/// <summary>Keeps the history of a training in its model's folder, over stages, kills and resumption.</summary>
/// <remarks>Which steps have a row is a function of the step alone, so that a run that was stopped leaves the rows of one that was not. Rows are kept in memory
/// and the file is written whole, which takes some milliseconds. Not thread-safe; one writer a folder (<see cref="ModelLock"/>).</remarks>
public sealed class TrainingHistoryWriter
{
    /// <summary>The most rows of a stage; beyond, every second one is dropped.</summary>
    public const int MostRows = 2048;

    private readonly string _folder;
    private readonly IReadOnlyDictionary<string, double> _truths;
    private readonly IReadOnlyList<Stage> _inherited;
    private readonly List<Stage> _stages;
    private Stage? _current;

    /// <summary>Goes on with the history that is in the folder, or begins with that of the model from which training starts.</summary>
    /// <param name="modelFolder">The model's folder.</param>
    /// <param name="truths">True values by parameter's name, for display only.</param>
    /// <param name="from">The folder of the model from which training starts; <see langword="null"/> for none.</param>
    /// <exception cref="InvalidDataException">A history is damaged.</exception>
    public TrainingHistoryWriter(string modelFolder, IReadOnlyDictionary<string, double> truths, string? from = null)
    {
        (_folder, _truths) = (modelFolder, truths);
        _inherited = from is null ? [] : Stage.Of(TrainingHistory.Read(from));
        var found = Stage.Of(TrainingHistory.Read(modelFolder));
        var isOurs = found.Count >= _inherited.Count && found.Zip(_inherited).All(pair => pair.First.Name == pair.Second.Name);
        _stages = [.. isOurs ? found : _inherited];
    }

    /// <summary>The seconds of training when the stage was begun, or gone on with.</summary>
    public double Seconds { get; private set; }

    /// <summary>Begins a stage, or goes on with one: its rows behind the step are dropped.</summary>
    /// <param name="stage">Its name.</param>
    /// <param name="step">The step of the stage's checkpoint; 0 where it starts.</param>
    public void Begin(string stage, long step)
    {
        var name = stage;
        for (var number = 2; _inherited.Any(other => other.Name == name); number++)
        {
            name = FormattableString.Invariant($"{stage}-{number}");
        }

        _current = _stages.FirstOrDefault(other => other.Name == name) ?? new(name);
        _current.Rows.RemoveAll(row => row.Step > step);
        var last = _stages.TakeWhile(other => other != _current).Append(_current).SelectMany(other => other.Rows).LastOrDefault().Values;
        Seconds = last?.GetValueOrDefault(TrainingHistory.Seconds) ?? 0;
    }

    /// <summary>Whether a step has a row.</summary>
    /// <param name="step">The number of steps of the stage done, at least 1.</param>
    public static bool Takes(long step) => step % Interval(step) == 0;

    /// <summary>Adds a row to the stage that has begun; what is there of later stages is outdated, and dropped.</summary>
    /// <param name="step">The number of steps of the stage done: one that <see cref="Takes"/>, or the last.</param>
    /// <param name="values">Values by column, see <see cref="TrainingHistory"/>.</param>
    /// <returns>The number of steps over all stages.</returns>
    /// <exception cref="InvalidOperationException">No stage has begun.</exception>
    public long Add(long step, IReadOnlyDictionary<string, double> values)
    {
        var current = _current ?? throw new InvalidOperationException($"Expected a stage that has begun, got none; call {nameof(Begin)} first.");
        var place = _stages.IndexOf(current);
        if (place < 0)
        {
            _stages.Add(current);
        }
        else
        {
            _stages.RemoveRange(place + 1, _stages.Count - place - 1);
        }

        var interval = Interval(step);
        if (current.Last is var last && (last % interval != 0 || Interval(last) != interval))
        {
            current.Rows.RemoveAll(row => row.Step % interval != 0); // a shorter run's last step among them
        }

        current.Rows.Add((step, values));
        return _stages.Sum(stage => stage.Last);
    }

    /// <summary>Writes the file, whole or not at all; nothing where there is no row.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    public void Write()
    {
        var rows = Rows().ToList();
        if (rows.Count > 0)
        {
            TrainingHistory.Of(rows, _truths).Write(_folder);
        }
    }

    private static long Interval(long step)
    {
        var interval = 1L;
        while (step > MostRows * interval)
        {
            interval *= 2;
        }

        return interval;
    }

    private IEnumerable<(string Stage, long Step, IReadOnlyDictionary<string, double> Values)> Rows()
    {
        var before = 0L;
        foreach (var stage in _stages)
        {
            foreach (var (step, values) in stage.Rows)
            {
                yield return (stage.Name, before + step, values);
            }

            before += stage.Last;
        }
    }

    /// <summary>The rows of a stage, by its own steps.</summary>
    private sealed class Stage(string name)
    {
        public string Name => name;

        public List<(long Step, IReadOnlyDictionary<string, double> Values)> Rows { get; } = [];

        public long Last => Rows.Count > 0 ? Rows[^1].Step : 0;

        public static IReadOnlyList<Stage> Of(TrainingHistory? history)
        {
            var stages = new List<Stage>();
            var columns = history?.Columns.Select(name => (Name: name, Values: history.Column(name))).ToList() ?? [];
            var before = 0L;
            for (var row = 0; row < (history?.Steps.Count ?? 0); row++)
            {
                if (stages.Count == 0 || stages[^1].Name != history!.Stages[row])
                {
                    before = row == 0 ? 0 : history!.Steps[row - 1];
                    stages.Add(new(history!.Stages[row]));
                }

                stages[^1].Rows.Add((
                    history.Steps[row] - before,
                    columns.Where(column => !double.IsNaN(column.Values[row])).ToDictionary(column => column.Name, column => column.Values[row])));
            }

            return stages;
        }
    }
}
