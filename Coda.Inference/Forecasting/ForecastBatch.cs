using System.Globalization;
using System.Numerics.Tensors;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;

namespace Coda.Inference.Forecasting;

/// <summary>Forecasts from some starts, advanced together from one lead to the next: one row of states for each start, or for each member of each start's
/// ensemble.</summary>
/// <remarks>Holds two states a row, however many leads there are.</remarks>
internal sealed class ForecastBatch
{
    private const long MemberStream = 0xF0CA;
    private const int StepsAtOnce = 1024; // between looks at whether to stop
    private const int ForcedStepsAtOnce = 32; // whose forcing is at hand
    private const int BytesPerEntry = 8; // two states a row

    private readonly ForecastModel _model;
    private readonly ForecastStart[] _starts;
    private readonly int _members;
    private readonly int _rowsPerRun;
    private readonly ForcingSeries? _forcing;
    private readonly CancellationToken _cancellation;
    private float[] _states; // [start, member, space]
    private float[] _next;

    /// <summary>Puts the states in place.</summary>
    /// <param name="model">What advances them.</param>
    /// <param name="starts">Where they start.</param>
    /// <param name="request">How many members, drawn by which seed.</param>
    /// <param name="rowsPerRun">The most rows that are advanced in one run.</param>
    public ForecastBatch(ForecastModel model, ForecastStart[] starts, ForecastRequest request, int rowsPerRun)
    {
        (_model, _starts, _members, _rowsPerRun) = (model, starts, request.Members, rowsPerRun);
        _forcing = request.Forcing;
        var size = model.StateSize;
        new MemoryNeed($"Forecast '{model.Name}'")
            .AddArray(FormattableString.Invariant($"{request.Members} members of {size} entries from {starts.Length} starts"), BytesPerEntry, starts.Length,
                request.Members, size)
            .Require("Take fewer members.");
        var rows = starts.Length * request.Members;
        (_cancellation, _states, _next) = (request.Cancellation, new float[rows * size], new float[rows * size]);
        for (var row = 0; row < rows; row++)
        {
            var (start, member) = (starts[row / _members], row % _members);
            var state = _states.AsSpan(row * size, size);
            start.State.Span.CopyTo(state);
            if (start.Spread is { } spread)
            {
                Perturb(state, spread.Span, new CounterRandom(request.Seed, MemberStream, start.Trajectory, start.Step, member));
            }
        }
    }

    /// <summary>Advances from lead to lead.</summary>
    /// <param name="leads">The leads to keep, in steps, rising.</param>
    /// <returns>For every lead, one block for each start.</returns>
    /// <exception cref="DivergenceException">A forecast is no longer finite.</exception>
    public IEnumerable<StateBlock[]> Run(IReadOnlyList<int> leads)
    {
        var reached = 0;
        foreach (var lead in leads)
        {
            if (lead > reached)
            {
                Advance(reached, lead);
                reached = lead;
            }

            yield return [.. _starts.Select((start, index) => Block(start, index, lead))];
        }
    }

    // Entries err independently of each other.
    private static void Perturb(Span<float> state, ReadOnlySpan<float> spread, CounterRandom random)
    {
        for (var i = 0; i < state.Length; i++)
        {
            state[i] += (float)(spread[i] * random.NextGaussian());
        }
    }

    private void Advance(int from, int to)
    {
        var size = _model.StateSize;
        for (var row = 0; row < _states.Length / size; row += _rowsPerRun)
        {
            var rows = Math.Min(_rowsPerRun, (_states.Length / size) - row);
            var (states, next) = (_states.AsMemory(row * size, rows * size), _next.AsMemory(row * size, rows * size));
            var stride = _forcing is null ? StepsAtOnce : ForcedStepsAtOnce;
            for (long at = from; at < to; at += stride)
            {
                _cancellation.ThrowIfCancellationRequested();
                if (at > from)
                {
                    next.CopyTo(states);
                }

                var until = Math.Min(at + stride, to);
                _model.Advance(states.Span, next.Span, rows, (int)(until - at), Forcing(row, rows, at, until));
                if (!TensorPrimitives.IsFiniteAll<float>(next.Span))
                {
                    throw Diverged(states.ToArray(), row, (int)at, (int)until);
                }
            }
        }

        (_states, _next) = (_next, _states);
    }

    // [row, lead, channel], from lead to lead, both included
    private float[] Forcing(int firstRow, int rows, long from, long to)
    {
        if (_forcing is null)
        {
            return [];
        }

        var length = (int)(to - from + 1) * _forcing.Channels;
        var values = new float[rows * length];
        for (var row = 0; row < rows; row++)
        {
            var start = _starts[(firstRow + row) / _members];
            _forcing.Fill(start.Trajectory, start.Step + from, values.AsSpan(row * length, length));
        }

        return values;
    }

    // Takes the steps again, one by one, to say where it went wrong.
    private DivergenceException Diverged(float[] states, int firstRow, int from, int to)
    {
        var (size, next, lead) = (_model.StateSize, new float[states.Length], from);
        for (; lead < to; lead++)
        {
            _model.Advance(states, next, states.Length / size, Forcing(firstRow, states.Length / size, lead, lead + 1));
            if (!TensorPrimitives.IsFiniteAll<float>(next))
            {
                break;
            }

            (states, next) = (next, states);
        }

        var row = Math.Max(0, Array.FindIndex(next, x => !float.IsFinite(x)) / size);
        var (start, norm) = (_starts[(firstRow + row) / _members], TensorPrimitives.Norm<float>(states.AsSpan(row * size, size)));
        return new DivergenceException(string.Create(
            CultureInfo.InvariantCulture,
            $"Forecast '{_model.Name}' from trajectory {start.Trajectory}, step {start.Step}: expected finite states, got none at lead {lead + 1} (norm "
                + $"{norm:g4} at lead {lead}). Start from better analyses, or take a smaller time step."));
    }

    private StateBlock Block(ForecastStart start, int index, int lead)
    {
        var size = _model.StateSize;
        var members = _states.AsSpan(index * _members * size, _members * size);
        return _members == 1
            ? new StateBlock(start.Trajectory, start.Step, size, members.ToArray(), null, lead)
            : Summary(start, members, lead);
    }

    // Mean and standard deviation of the members, entry by entry.
    private StateBlock Summary(ForecastStart start, ReadOnlySpan<float> members, int lead)
    {
        var size = _model.StateSize;
        var (mean, spread) = (new float[size], new float[size]);
        for (var i = 0; i < size; i++)
        {
            var (sum, squares) = (0.0, 0.0);
            for (var member = 0; member < _members; member++)
            {
                sum += members[(member * size) + i];
            }

            var average = sum / _members;
            for (var member = 0; member < _members; member++)
            {
                var difference = members[(member * size) + i] - average;
                squares += difference * difference;
            }

            (mean[i], spread[i]) = ((float)average, (float)Math.Sqrt(squares / (_members - 1)));
        }

        return new StateBlock(start.Trajectory, start.Step, size, mean, spread, lead);
    }
}
