using System.Numerics.Tensors;
using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Observations;
using Coda.Data.Time;
using Coda.Inference.Forecasting;
using Coda.Inference.Sessions;

namespace Coda.Inference.Assimilation;

/// <summary>Cycles some trajectories together through a record, on buffers of fixed shapes. Not thread-safe: one for each worker.</summary>
internal sealed class CycleRun : IDisposable
{
    private const double Memory = 100; // steps, of the watch on innovations
    private const int LeastWatched = 200;

    private readonly ModelCard _card;
    private readonly IObservationArchive _archive;
    private readonly HybridModel _forecast;
    private readonly ForcingSeries? _forcing;
    private readonly BoundGraph _cycle;
    private readonly int _rows;
    private readonly int _members;
    private readonly float[] _start; // what trajectories begin from [member, space]
    private readonly float[] _limits; // squared errors that innovations of the climatology's mean have, by site
    private readonly int[] _entries;
    private readonly bool _isWatched;

    /// <summary>Binds the graphs.</summary>
    /// <param name="model">The trained model; it stays the caller's.</param>
    /// <param name="card">Its card, as it reads for the archive.</param>
    /// <param name="archive">Where the observations are.</param>
    /// <param name="rows">The trajectories of a batch.</param>
    public CycleRun(OnnxModel model, ModelCard card, IObservationArchive archive, int rows)
    {
        (_card, _archive, _rows) = (card, archive, rows);
        _forecast = new HybridModel(model, archive.Description);
        _forcing = ForcingSeries.Of(_forecast.Forcing, archive);
        _members = MembersOf(model);
        _start = StartingMembers.Draw(card.ClimatologyMean, card.ClimatologyDeviation, _members);
        _entries = [.. card.Sites().Entries];
        var deviations = card.Deviations();
        _limits = [.. _entries.Select((entry, site) =>
            (float)(Math.Pow(card.ClimatologyDeviation[entry], 2) + Math.Pow(deviations[site % deviations.Length], 2)))];
        _isWatched = !card.Layout.IsBounded && card.ErrorModels().All(errors => errors == ErrorModel.Additive); // innovations are differences of values
        _cycle = Bind(model, card, rows);
    }

    /// <summary>The states that a model's cycle carries along for each trajectory.</summary>
    /// <param name="model">The model.</param>
    public static int MembersOf(OnnxModel model) =>
        checked((int)ModelAxes.Parse(model.Card.Files[model.Card.FileOf(ModelRoles.Cycle)!].Inputs[ModelFolder.Background])[1]!.Value);

    private int Size => _card.Layout.Size;

    /// <summary>Analyzes trajectories from the record's start.</summary>
    /// <param name="trajectories">Their numbers, at most as many as a batch has rows.</param>
    /// <param name="wanted">The steps whose analyses are given.</param>
    /// <param name="request">Who is told of what is wrong, and what stops it.</param>
    /// <returns>A block for each trajectory; a shorter one, or an empty one, of those that diverged.</returns>
    public IReadOnlyList<StateBlock> Analyze(IReadOnlyList<int> trajectories, StepRange wanted, AnalysisRequest request)
    {
        var record = _archive.Description.Steps;
        ObservationStretch[] read = [.. trajectories.Select(t => _archive.ReadObservations(t, new StepRange(record.Start, wanted.End)))];
        Row[] rows = [.. trajectories.Select(t => new Row(t, wanted, Size))];
        var (states, forecast) = (new float[_rows * _start.Length], new float[_rows * Size]);
        _cycle.Input(2).Clear();
        for (var row = 0; row < _rows; row++)
        {
            _start.CopyTo(states.AsSpan(row * _start.Length));
        }

        for (var step = record.Start; step < wanted.End; step++)
        {
            request.Cancellation.ThrowIfCancellationRequested();
            if (step > record.Start)
            {
                Forecast(states, trajectories, step - 1);
                RequireFinite(states, rows, step, request);
            }

            Average(states, forecast);
            Step(read, rows, states, forecast, step);
        }

        foreach (var row in rows)
        {
            row.Tell(request, _card.Name);
        }

        return [.. rows.Select(row => row.Block)];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _cycle.Dispose();
        _forecast.Dispose();
    }

    private static BoundGraph Bind(OnnxModel model, ModelCard card, int rows)
    {
        var file = model.Card.Files[model.Card.FileOf(ModelRoles.Cycle)!];
        var (own, size) = (model.Card.Layout.Size, card.Layout.Size);
        TensorBinding[] inputs =
        [
            new(ModelFolder.Background, rows, MembersOf(model), size), new(ModelFolder.Newest, rows, 2, card.SiteCount), Shaped(file.Inputs, ModelFolder.Memory),
        ];
        TensorBinding[] outputs =
        [
            new(ModelFolder.State, rows, size), new(ModelFolder.Spread, rows, size), new(ModelFolder.Members, rows, MembersOf(model), size),
            Shaped(file.Outputs, ModelFolder.NextMemory),
        ];
        return own == size ? model.Bind(ModelRoles.Cycle, inputs, outputs) : model.BindRing(ModelRoles.Cycle, inputs, outputs);

        // [batch, channel, point]
        TensorBinding Shaped(IReadOnlyDictionary<string, string> tensors, string name)
        {
            var axes = ModelAxes.Parse(tensors[name]);
            return new(name, rows, axes[1]!.Value, own == size ? axes[2]!.Value : size);
        }
    }

    private void Forecast(float[] states, IReadOnlyList<int> trajectories, long step)
    {
        var channels = _forcing?.Channels ?? 0;
        var over = new float[_rows * _members * 2 * channels];
        for (var row = 0; row < trajectories.Count * _members && channels > 0; row++)
        {
            _forcing!.Fill(trajectories[row / _members], step, over.AsSpan(row * 2 * channels, 2 * channels));
        }

        var next = new float[states.Length];
        _forecast.Advance(states, next, _rows * _members, over);
        next.CopyTo(states, 0);
    }

    // The members' mean. [row, space]
    private void Average(float[] states, float[] mean)
    {
        for (var row = 0; row < _rows; row++)
        {
            var into = mean.AsSpan(row * Size, Size);
            states.AsSpan(row * _start.Length, Size).CopyTo(into);
            for (var member = 1; member < _members; member++)
            {
                TensorPrimitives.Add(into, states.AsSpan((row * _start.Length) + (member * Size), Size), into);
            }

            TensorPrimitives.Divide(into, _members, into);
        }
    }

    // Rows of trajectories that diverged go on from the start, and are not given.
    private void RequireFinite(float[] states, Row[] rows, long step, AnalysisRequest request)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            var state = states.AsSpan(i * _start.Length, _start.Length);
            if (!TensorPrimitives.IsFiniteAll<float>(state))
            {
                rows[i].End(step, request, _card.Name);
                _start.CopyTo(state);
                var length = _cycle.Input(2).Length / _rows;
                _cycle.Input(2).Slice(i * length, length).Clear();
            }
        }
    }

    // The forecasts' mean becomes the analysis.
    private void Step(ObservationStretch[] read, Row[] rows, float[] states, float[] mean, long step)
    {
        var isCycle = step % _card.CycleSteps!.Value == 0;
        var sites = _entries.Length;
        var newest = _cycle.Input(1);
        newest.Clear();
        for (var i = 0; i < rows.Length; i++)
        {
            var from = checked((int)(step - read[i].Steps.Start) * sites);
            var values = read[i].Values.AsSpan(from, sites);
            var mask = read[i].Mask.AsSpan(from, sites);
            if (!isCycle && mask.ContainsAnyExcept(0f))
            {
                throw new InvalidDataException(
                    $"Trajectory {rows[i].Trajectory}, step {step}: expected observations at multiples of {_card.CycleSteps} steps, at which model "
                        + $"'{_card.Name}' analyzes, got some at another. Train it with cycle.every=1.");
            }

            values.CopyTo(newest.Slice(2 * i * sites, sites));
            mask.CopyTo(newest.Slice(((2 * i) + 1) * sites, sites));
            if (_isWatched)
            {
                rows[i].Watch(step, values, mask, mean.AsSpan(i * Size, Size), _entries, _limits);
            }
        }

        if (isCycle)
        {
            states.CopyTo(_cycle.Input(0));
            _cycle.Run();
            SpreadBound.Apply(_cycle.MutableOutput(1), _card);
            _cycle.Output(0).CopyTo(mean);
            _cycle.Output(2).CopyTo(states);
            _cycle.Output(3).CopyTo(_cycle.Input(2));
        }

        for (var i = 0; i < rows.Length; i++)
        {
            rows[i].Add(step, mean.AsSpan(i * Size, Size), _cycle.Output(1).Slice(i * Size, Size));
        }
    }

    /// <summary>What becomes of one trajectory.</summary>
    private sealed class Row(int trajectory, StepRange wanted, int size)
    {
        private readonly float[] _states = new float[checked(wanted.Count * size)];
        private readonly float[] _spread = new float[checked(wanted.Count * size)];
        private long _end = wanted.End; // of what is given
        private bool _isOver;
        private double _share;
        private long _watched;
        private (long First, long End) _lost = (long.MaxValue, 0);

        public int Trajectory => trajectory;

        public StateBlock Block
        {
            get
            {
                var length = checked((int)(Math.Max(0, _end - wanted.Start) * size));
                return new(trajectory, wanted.Start, size, _states.AsMemory(0, length), _spread.AsMemory(0, length));
            }
        }

        public void Add(long step, ReadOnlySpan<float> state, ReadOnlySpan<float> spread)
        {
            if (wanted.Contains(step) && !_isOver)
            {
                var at = checked((int)(step - wanted.Start) * size);
                state.CopyTo(_states.AsSpan(at));
                spread.CopyTo(_spread.AsSpan(at));
            }
        }

        // Innovations over those that the climatology's mean would have, averaged over some steps.
        public void Watch(long step, ReadOnlySpan<float> values, ReadOnlySpan<float> mask, ReadOnlySpan<float> forecast, int[] entries, float[] limits)
        {
            var (sum, count) = (0.0, 0);
            for (var site = 0; site < entries.Length; site++)
            {
                if (mask[site] > 0)
                {
                    var innovation = (double)values[site] - forecast[entries[site]];
                    (sum, count) = (sum + (innovation * innovation / limits[site]), count + 1);
                }
            }

            if (count > 0)
            {
                _share += ((sum / count) - _share) / Math.Min(++_watched, Memory);
                if (_watched >= LeastWatched && _share > 1)
                {
                    _lost = (Math.Min(_lost.First, step), step + 1);
                }
            }
        }

        public void End(long step, AnalysisRequest request, string model)
        {
            if (_isOver)
            {
                return;
            }

            var text = $"the forecasts of model '{model}' are no longer finite at step {step}; "
                + "train it further, or on records like this one.";
            (_isOver, _end) = (true, Math.Min(step, wanted.End));
            if (request.Diverged is not { } told)
            {
                throw new DivergenceException($"Method 'cycle', trajectory {trajectory}: {text}");
            }

            told(new(trajectory, new StepRange(Math.Max(step, wanted.Start), wanted.End), text));
        }

        public void Tell(AnalysisRequest request, string model)
        {
            if (_lost.End > 0)
            {
                request.Warn(new(trajectory, new StepRange(_lost.First, _lost.End),
                    $"forecasts of model '{model}' are further from the observations than the climatology's mean is: the analysis has lost the truth. Train it "
                        + "further, or on records like this one, or take another method."));
            }
        }
    }
}
