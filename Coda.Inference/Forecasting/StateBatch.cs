using System.Globalization;
using System.Numerics.Tensors;
using Coda.Data.Archives;
using Coda.Data.Dynamics;

namespace Coda.Inference.Forecasting;

/// <summary>States that a forecast model advances together, from one lead to the next: what every forecast is made by.</summary>
/// <remarks>Holds two states a row, however many leads there are. Not thread-safe.</remarks>
/// <param name="model">What advances the states.</param>
/// <param name="rows">The number of states, at least 1.</param>
/// <param name="rowsPerRun">The most rows that are advanced in one run, at least 1.</param>
/// <param name="nameOf">What a row started from, in words, where it diverges.</param>
/// <param name="cancellation">Stops between steps, of which some are taken at once.</param>
public sealed class StateBatch(ForecastModel model, int rows, int rowsPerRun, Func<int, string> nameOf, CancellationToken cancellation = default)
{
    private const int StepsAtOnce = 1024; // between looks at whether to stop
    private const int ForcedStepsAtOnce = 32; // whose forcing is at hand

    private float[] _states = new float[checked(rows * model.StateSize)];
    private float[] _next = new float[checked(rows * model.StateSize)];

    /// <summary>The forcing, where the model has one, and where it is at a lead of a row.</summary>
    public (ForcingSeries Series, Func<int, long, (int Trajectory, long Step)> PlaceOf)? Forcing { get; init; }

    /// <summary>The steps since the start.</summary>
    public long Lead { get; private set; }

    /// <summary>The states at this lead, until the next one; the caller fills in those at the start. [row, space]</summary>
    public Span<float> States => _states;

    /// <summary>Advances all states to a lead; nothing where they are there.</summary>
    /// <param name="lead">The lead, in steps, at least <see cref="Lead"/>.</param>
    /// <exception cref="DivergenceException">A state is no longer finite; the message names start, lead and norm.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public void AdvanceTo(long lead)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lead, Lead);
        if (lead == Lead)
        {
            return;
        }

        var size = model.StateSize;
        for (var row = 0; row < rows; row += rowsPerRun)
        {
            var length = Math.Min(rowsPerRun, rows - row) * size;
            Advance(row, _states.AsMemory(row * size, length), _next.AsMemory(row * size, length), lead);
        }

        (_states, _next, Lead) = (_next, _states, lead);
    }

    private void Advance(int firstRow, Memory<float> states, Memory<float> next, long to)
    {
        var stride = Forcing is null ? StepsAtOnce : ForcedStepsAtOnce;
        for (var at = Lead; at < to; at += stride)
        {
            cancellation.ThrowIfCancellationRequested();
            if (at > Lead)
            {
                next.CopyTo(states);
            }

            var (until, count) = (Math.Min(at + stride, to), states.Length / model.StateSize);
            model.Advance(states.Span, next.Span, count, (int)(until - at), Over(firstRow, count, at, until));
            if (!TensorPrimitives.IsFiniteAll<float>(next.Span))
            {
                throw Diverged(states.ToArray(), firstRow, at, until);
            }
        }
    }

    // The forcing from lead to lead, both included. [row, lead, channel]
    private float[] Over(int firstRow, int count, long from, long to)
    {
        if (Forcing is not var (series, placeOf))
        {
            return [];
        }

        var (length, channels) = ((int)(to - from + 1), series.Channels);
        var values = new float[count * length * channels];
        for (var i = 0; i < count * length; i++)
        {
            var (trajectory, step) = placeOf(firstRow + (i / length), from + (i % length));
            series.Fill(trajectory, step, values.AsSpan(i * channels, channels));
        }

        return values;
    }

    // Takes the steps again, one by one, to say where it went wrong.
    private DivergenceException Diverged(float[] states, int firstRow, long from, long to)
    {
        var (size, next, lead) = (model.StateSize, new float[states.Length], from);
        for (; lead < to; lead++)
        {
            model.Advance(states, next, states.Length / size, Over(firstRow, states.Length / size, lead, lead + 1));
            if (!TensorPrimitives.IsFiniteAll<float>(next))
            {
                break;
            }

            (states, next) = (next, states);
        }

        var row = Math.Max(0, Array.FindIndex(next, x => !float.IsFinite(x)) / size);
        var norm = TensorPrimitives.Norm<float>(states.AsSpan(row * size, size));
        return new DivergenceException(string.Create(
            CultureInfo.InvariantCulture,
            $"Forecast '{model.Name}' from {nameOf(firstRow + row)}: expected finite states, got none at lead {lead + 1} (norm {norm:g4} at lead {lead}). "
                + $"Start from better states, or take a model whose time step is shorter than {model.StepLength}."));
    }
}
