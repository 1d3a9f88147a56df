using System.Globalization;
using System.Numerics.Tensors;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;

namespace Coda.Inference.Forecasting;

/// <summary>Forecasts from some starts, advanced together from one lead to the next: one row of states for each start, or for each member of each start's
/// ensemble.</summary>
internal sealed class ForecastBatch
{
    private const long MemberStream = 0xF0CA;
    private const int BytesPerEntry = 8; // two states a row

    private readonly ForecastModel _model;
    private readonly ForecastStart[] _starts;
    private readonly int _members;
    private readonly StateBatch _batch; // [start, member, space]

    /// <summary>Puts the states in place.</summary>
    /// <param name="model">What advances them.</param>
    /// <param name="starts">Where they start.</param>
    /// <param name="request">How many members, drawn by which seed.</param>
    /// <param name="rowsPerRun">The most rows that are advanced in one run.</param>
    public ForecastBatch(ForecastModel model, ForecastStart[] starts, ForecastRequest request, int rowsPerRun)
    {
        (_model, _starts, _members) = (model, starts, request.Members);
        var size = model.StateSize;
        new MemoryNeed($"Forecast '{model.Name}'")
            .AddArray(FormattableString.Invariant($"{request.Members} members of {size} entries from {starts.Length} starts"), BytesPerEntry, starts.Length,
                request.Members, size)
            .Require("Take fewer members.");
        var rows = starts.Length * _members;
        _batch = new(model, rows, rowsPerRun, NameOf, request.Cancellation)
        {
            Forcing = request.Forcing is { } forcing
                ? (forcing, (row, lead) => (starts[row / _members].Trajectory, starts[row / _members].Step + lead)) : null,
        };
        for (var row = 0; row < rows; row++)
        {
            var (start, member) = (starts[row / _members], row % _members);
            var state = _batch.States.Slice(row * size, size);
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
        foreach (var lead in leads)
        {
            _batch.AdvanceTo(lead);
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

    private string NameOf(int row) =>
        FormattableString.Invariant($"trajectory {_starts[row / _members].Trajectory}, step {_starts[row / _members].Step}");

    private StateBlock Block(ForecastStart start, int index, int lead)
    {
        var size = _model.StateSize;
        var states = _batch.States.Slice(index * _members * size, _members * size).ToArray();
        var members = new StateBlock(start.Trajectory, start.Step, size, states, null, lead).ToPhysical(_model.Layout);
        return _members == 1 ? members : Summary(start, members.States.Span, lead);
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
