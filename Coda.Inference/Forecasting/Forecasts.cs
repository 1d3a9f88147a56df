using System.Numerics.Tensors;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Inference.Sessions;

namespace Coda.Inference.Forecasting;

/// <summary>Runs a forecast model from many analyses.</summary>
public static class Forecasts
{
    // The memory of one batch's results, in floats.
    private const int MostEntries = 1 << 24;

    // A batch of one step's states that stays in a core's cache; on a ring of 40,000 sites, batches of one are {N} times as fast as of 128.
    private const int CachedEntries = 1 << 15;

    /// <summary>Runs forecasts, batched over starts and in parallel.</summary>
    /// <param name="model">What advances the states.</param>
    /// <param name="starts">Analyses, sorted by (trajectory, step).</param>
    /// <param name="request">Which starts and leads.</param>
    /// <returns>One block for each (trajectory, start, lead), in that order; <see cref="StateBlock.FirstStep"/> is the start's step.</returns>
    /// <exception cref="ArgumentException">The request makes no sense, or the states are not the model's; the latter while enumerating.</exception>
    /// <exception cref="DivergenceException">A forecast is no longer finite; the message names start, lead and norm. Thrown while enumerating.</exception>
    public static IEnumerable<StateBlock> Run(IForecastModel model, IEnumerable<StateBlock> starts, ForecastRequest request)
    {
        request.Check();
        var batch = (int)Math.Clamp(Math.Min(MostEntries / ((long)request.Leads.Count * model.StateSize), CachedEntries / model.StateSize), 1, request.BatchSize);
        return Enumerate();

        IEnumerable<StateBlock> Enumerate()
        {
            var done = 0L;
            var batches = Starts(model, starts, request).Chunk(batch);
            foreach (var forecasts in InOrder.Map(batches, InOrder.Workers(request.Workers), () => new object(), (_, b) => Advance(model, b, request.Leads), request.Cancellation))
            {
                foreach (var forecast in forecasts)
                {
                    yield return forecast;
                }

                done += forecasts.Length / request.Leads.Count;
                request.Progress?.Report(done);
            }
        }
    }

    private static IEnumerable<Start> Starts(IForecastModel model, IEnumerable<StateBlock> blocks, ForecastRequest request)
    {
        foreach (var block in blocks)
        {
            if (block.StateSize != model.StateSize)
            {
                throw new ArgumentException($"Forecast '{model.Name}': expected analyses of {model.StateSize} entries, got {block.StateSize}; they come from another model.");
            }

            for (var row = 0; row < block.Count; row++)
            {
                if (request.IsStart(block.FirstStep + row))
                {
                    yield return new Start(block.Trajectory, block.FirstStep + row, block.States.Slice(row * block.StateSize, block.StateSize));
                }
            }
        }
    }

    private static StateBlock[] Advance(IForecastModel model, Start[] starts, IReadOnlyList<int> leads)
    {
        var size = model.StateSize;
        var (states, next) = (new float[starts.Length * size], new float[starts.Length * size]); // [batch, space]
        var kept = starts.Select(_ => new float[leads.Count * size]).ToArray(); // batch times [lead, space]
        for (var row = 0; row < starts.Length; row++)
        {
            starts[row].State.Span.CopyTo(states.AsSpan(row * size));
        }

        for (var (lead, at) = (0, 0); ; lead++)
        {
            if (leads[at] == lead)
            {
                for (var row = 0; row < starts.Length; row++)
                {
                    states.AsSpan(row * size, size).CopyTo(kept[row].AsSpan(at * size));
                }

                if (++at == leads.Count)
                {
                    break;
                }
            }

            model.Advance(states, next, starts.Length);
            RequireFinite(model, starts, lead, states, next);
            (states, next) = (next, states);
        }

        return [.. starts.SelectMany((start, row) => leads.Select((lead, at) =>
            new StateBlock(start.Trajectory, start.Step, size, kept[row].AsMemory(at * size, size), null, lead)))];
    }

    private static void RequireFinite(IForecastModel model, Start[] starts, int lead, float[] states, float[] next)
    {
        if (TensorPrimitives.IsFiniteAll<float>(next))
        {
            return;
        }

        var row = Array.FindIndex(next, x => !float.IsFinite(x)) / model.StateSize;
        var norm = TensorPrimitives.Norm<float>(states.AsSpan(row * model.StateSize, model.StateSize));
        throw new DivergenceException(FormattableString.Invariant(
            $"Forecast '{model.Name}' from trajectory {starts[row].Trajectory}, step {starts[row].Step}: expected finite states, got none at lead {lead + 1} (norm {norm:g4} at lead {lead}). Start from better analyses, or take a smaller time step."));
    }

    private sealed record Start(int Trajectory, long Step, ReadOnlyMemory<float> State);
}
