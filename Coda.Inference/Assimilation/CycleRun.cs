using System.Numerics.Tensors;
using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Time;
using Coda.Inference.Sessions;

namespace Coda.Inference.Assimilation;

/// <summary>Cycles some trajectories together through a record, on buffers of fixed shapes. Not thread-safe: one for each worker.</summary>
internal sealed class CycleRun : IDisposable
{
    private readonly ModelCard _card;
    private readonly IObservationArchive _archive;
    private readonly ForcingSeries? _forcing;
    private readonly CycleGraphs _graphs;
    private readonly ForecastWatch _watch;
    private readonly float[] _unseen; // the spread between a record's first step and its first cycle

    /// <summary>Binds the graphs.</summary>
    /// <param name="model">The trained model; it stays the caller's.</param>
    /// <param name="card">Its card, as it reads for the archive.</param>
    /// <param name="archive">Where the observations are.</param>
    /// <param name="rows">The trajectories of a batch.</param>
    public CycleRun(OnnxModel model, ModelCard card, IObservationArchive archive, int rows)
    {
        (_card, _archive, _graphs, _watch) = (card, archive, new CycleGraphs(model, card, archive.Description, rows), new ForecastWatch(card));
        _forcing = ForcingSeries.Of(_graphs.Forcing, archive);
        _unseen = [.. card.ClimatologyDeviation.Select(deviation => (float)deviation)];
    }

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
        var (states, forecast) = (new float[_graphs.Rows * _graphs.Start.Length], new float[_graphs.Rows * Size]);
        _graphs.Memory.Clear();
        for (var row = 0; row < _graphs.Rows; row++)
        {
            _graphs.Start.CopyTo(states.AsSpan(row * _graphs.Start.Length));
        }

        for (var step = record.Start; step < wanted.End; step++)
        {
            request.Cancellation.ThrowIfCancellationRequested();
            if (step > record.Start)
            {
                Forecast(states, trajectories, step - 1);
                RequireFinite(states, rows, step, request);
            }

            _graphs.Average(states, forecast);
            Step(read, rows, states, forecast, step);
        }

        foreach (var row in rows)
        {
            row.Tell(request, _card.Name);
        }

        return [.. rows.Select(row => row.Block)];
    }

    /// <inheritdoc/>
    public void Dispose() => _graphs.Dispose();

    private void Forecast(float[] states, IReadOnlyList<int> trajectories, long step)
    {
        var channels = _forcing?.Channels ?? 0;
        var over = new float[_graphs.Rows * _graphs.Members * 2 * channels];
        for (var row = 0; row < trajectories.Count * _graphs.Members && channels > 0; row++)
        {
            _forcing!.Fill(trajectories[row / _graphs.Members], step, over.AsSpan(row * 2 * channels, 2 * channels));
        }

        _graphs.Forecast(states, over);
    }

    // Rows of trajectories that diverged go on from the start, and are not given.
    private void RequireFinite(float[] states, Row[] rows, long step, AnalysisRequest request)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            var state = states.AsSpan(i * _graphs.Start.Length, _graphs.Start.Length);
            if (!TensorPrimitives.IsFiniteAll<float>(state))
            {
                rows[i].End(step, request, _card.Name);
                _graphs.Start.CopyTo(state);
                var length = _graphs.Memory.Length / _graphs.Rows;
                _graphs.Memory.Slice(i * length, length).Clear();
            }
        }
    }

    // The forecasts' mean becomes the analysis.
    private void Step(ObservationStretch[] read, Row[] rows, float[] states, float[] mean, long step)
    {
        var isCycle = step % _card.CycleSteps!.Value == 0;
        var sites = _card.SiteCount;
        var newest = _graphs.Newest;
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
            rows[i].Watch(step, _watch, values, mask, mean.AsSpan(i * Size, Size));
        }

        if (isCycle)
        {
            _graphs.Analyze(states, mean);
        }

        for (var i = 0; i < rows.Length; i++)
        {
            rows[i].Add(step, mean.AsSpan(i * Size, Size), Spread(step, read[i].Steps.Start, i));
        }
    }

    // Before the first cycle nothing is known but the climatology.
    private ReadOnlySpan<float> Spread(long step, long first, int row)
    {
        var every = _card.CycleSteps!.Value;
        return step - (((step % every) + every) % every) < first ? _unseen : _graphs.Spread.Slice(row * Size, Size);
    }

    /// <summary>What becomes of one trajectory.</summary>
    private sealed class Row(int trajectory, StepRange wanted, int size)
    {
        private readonly float[] _states = new float[checked(wanted.Count * size)];
        private readonly float[] _spread = new float[checked(wanted.Count * size)];
        private long _end = wanted.End; // of what is given
        private bool _isOver;
        private ForecastWatch.Seen _seen;
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

        public void Watch(long step, ForecastWatch watch, ReadOnlySpan<float> values, ReadOnlySpan<float> mask, ReadOnlySpan<float> forecast)
        {
            _seen = watch.See(_seen, values, mask, forecast);
            if (_seen.IsLost && mask.ContainsAnyExcept(0f))
            {
                _lost = (Math.Min(_lost.First, step), step + 1);
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
