using System.Numerics.Tensors;
using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Inference.Sessions;

namespace Coda.Inference.Assimilation;

/// <summary>A learned sequential analysis that takes observations as they arrive: nowcasts that cost the same each, however long the record is.</summary>
/// <remarks>
/// The analyses are those of <see cref="CycleMethod"/> on the whole record.
/// </remarks>
public sealed class SequentialAnalysis : StreamAnalysis
{
    private const string Seen = "seen";
    private const int SettlingCycles = 24; // from the climatology to what the network was trained for

    private readonly OnnxModel _model;
    private readonly CycleGraphs _graphs;
    private readonly ForecastWatch _watch;

    /// <summary>Binds the model's graphs.</summary>
    /// <param name="model">The trained model; it stays the caller's.</param>
    /// <exception cref="ModelMismatchException">The model has no graph of a cycle or of its forecast, or reads forcing.</exception>
    public SequentialAnalysis(OnnxModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        RequireCycle(model);
        (_model, _graphs, _watch) = (model, new CycleGraphs(model, model.Card, archive: null, rows: 1), new ForecastWatch(model.Card));
    }

    /// <summary>Refuses a model that does not analyze sequentially.</summary>
    /// <param name="model">The model.</param>
    /// <exception cref="ModelMismatchException">As with the constructor.</exception>
    public static void RequireCycle(OnnxModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (!model.Has(ModelRoles.Cycle) || !model.Has(ModelRoles.Forecast))
        {
            throw new ModelMismatchException(
                $"Model '{model.Card.Name}': expected graphs for {ModelRoles.Cycle} and {ModelRoles.Forecast}, as 'coda train' makes of an experiment with the "
                    + $"member cycle, got {string.Join(", ", model.Card.Files.Values.Select(f => f.Role))}.");
        }

        if (model.Card.Forcing is { Count: > 0 })
        {
            throw new ModelMismatchException($"Model '{model.Card.Name}': expected one whose forecasts read no forcing, got one that reads "
                + $"{string.Join(", ", model.Card.Forcing.Select(u => u.Name))}. Analyze its archives with 'coda analyze'.");
        }
    }

    /// <summary>Advances to a step and analyzes its observations.</summary>
    /// <param name="state">Where the stream stands; <see langword="null"/> to begin at the step, from the climatology.</param>
    /// <param name="step">The next step; of a stream that begins, any.</param>
    /// <param name="values">The observations, on the scale of their errors; 0 where missing. [site]</param>
    /// <param name="mask">1 where there is one, else 0. [site]</param>
    /// <exception cref="ArgumentException">Other lengths than the model's, or another step than the next one.</exception>
    /// <exception cref="InvalidDataException">Something is observed at a step between the network's cycles.</exception>
    /// <exception cref="DivergenceException">The forecast is not finite.</exception>
    public SequentialState Advance(SequentialState? state, long step, ReadOnlySpan<float> values, ReadOnlySpan<float> mask)
    {
        var (card, sites) = (_model.Card, _model.Card.SiteCount);
        new Faults("sequential analysis")
            .Require(values.Length == sites && mask.Length == sites, nameof(values), $"{sites} values and marks", $"{values.Length} and {mask.Length}")
            .Require(state is null || step == state.Step + 1, nameof(step), $"{state?.Step + 1}, the next one", step)
            .ThrowIfAny();
        var isCycle = step % card.CycleSteps!.Value == 0;
        if (!isCycle && mask.ContainsAnyExcept(0f))
        {
            throw new InvalidDataException(
                $"Step {step}: expected observations at multiples of {card.CycleSteps} steps, at which model '{card.Name}' analyzes, got some at another. "
                    + "Train it with cycle.every=1.");
        }

        return Step(state, step, values, mask, isCycle);
    }

    /// <inheritdoc/>
    public override string Form => "sequential";

    /// <inheritdoc/>
    public override int SettlingSteps => SettlingCycles * _model.Card.CycleSteps!.Value;

    /// <inheritdoc/>
    public override (StateBlock Analyses, StreamPosition To) Advance(
        StreamPosition? from, ObservationStretch arrived, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(arrived);
        var (state, sites, size) = ((SequentialState?)from, arrived.SiteCount, _model.Card.Layout.Size);
        var (states, spread) = (new float[checked((int)arrived.Steps.Count * size)], new float[checked((int)arrived.Steps.Count * size)]);
        for (var row = 0; row < arrived.Steps.Count; row++)
        {
            cancellation.ThrowIfCancellationRequested();
            state = Advance(state, arrived.Steps.Start + row, arrived.Values.AsSpan(row * sites, sites), arrived.Mask.AsSpan(row * sites, sites));
            state.State.CopyTo(states.AsMemory(row * size));
            state.Spread.CopyTo(spread.AsMemory(row * size));
        }

        return (new StateBlock(arrived.Trajectory, arrived.Steps.Start, size, states, spread), state!);
    }

    /// <inheritdoc/>
    public override StoredPosition Store(StreamPosition position)
    {
        ArgumentNullException.ThrowIfNull(position);
        var state = (SequentialState)position;
        return new(Form, state.FirstStep, state.Step, new Dictionary<string, float[]>
        {
            [ModelFolder.Members] = state.Members, [ModelFolder.Memory] = state.Memory, [ModelFolder.State] = state.State.ToArray(),
            [ModelFolder.Spread] = state.Spread.ToArray(), [ModelFolder.Gain] = state.Gain.ToArray(),
            [Seen] = StoredPosition.Bits([state.Seen.Share, state.Seen.Count]),
        });
    }

    /// <inheritdoc/>
    public override StreamPosition Restore(StoredPosition stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        stored.Require(Form);
        var (size, seen) = (_model.Card.Layout.Size, stored.Doubles(Seen, 2));
        var hasGain = stored.Arrays.GetValueOrDefault(ModelFolder.Gain) is { Length: > 0 };
        return new SequentialState(
            stored.FirstStep, stored.Step, stored.Array(ModelFolder.Members, _graphs.Start.Length), stored.Array(ModelFolder.Memory, _graphs.Memory.Length))
        {
            State = stored.Array(ModelFolder.State, size), Spread = stored.Array(ModelFolder.Spread, size), Seen = new(seen[0], (long)seen[1]),
            Gain = hasGain ? stored.Array(ModelFolder.Gain, _graphs.Gain.Length) : default(ReadOnlyMemory<float>),
        };
    }

    /// <inheritdoc/>
    public override void Dispose() => _graphs.Dispose();

    private SequentialState Step(SequentialState? state, long step, ReadOnlySpan<float> values, ReadOnlySpan<float> mask, bool isCycle)
    {
        var (members, mean, spread) = ((state?.Members ?? _graphs.Start).ToArray(), new float[_model.Card.Layout.Size], state?.Spread);
        if (state is not null)
        {
            _graphs.Forecast(members, default);
            if (!TensorPrimitives.IsFiniteAll<float>(members))
            {
                throw new DivergenceException($"The forecasts of model '{_model.Card.Name}' are no longer finite at step {step}; "
                    + "train it further, or on records like this one.");
            }
        }

        _graphs.Average(members, mean);
        var seen = _watch.See(state?.Seen ?? default, values, mask, mean);
        if (state is null)
        {
            _graphs.Memory.Clear();
        }
        else
        {
            state.Memory.CopyTo(_graphs.Memory);
        }

        if (isCycle)
        {
            values.CopyTo(_graphs.Newest);
            mask.CopyTo(_graphs.Newest[values.Length..]);
            _graphs.Analyze(members, mean);
            spread = _graphs.Spread.ToArray();
        }

        return new(state?.FirstStep ?? step, step, members, _graphs.Memory.ToArray())
        {
            State = mean, Spread = spread ?? Climatology(), Seen = seen,
            Gain = isCycle ? _graphs.Gain.ToArray() : default(ReadOnlyMemory<float>),
        };
    }

    private float[] Climatology() => [.. _model.Card.ClimatologyDeviation.Select(deviation => (float)deviation)];
}
