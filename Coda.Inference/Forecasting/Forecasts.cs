using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;

namespace Coda.Inference.Forecasting;

/// <summary>Runs a forecast model from many analyses, from each alone or from an ensemble around it.</summary>
public static class Forecasts
{
    // The memory of one batch's results, in floats; a start whose leads take more is written lead by lead, as they come.
    private const int MostEntries = 1 << 22;

    // The states of one run that stay in a core's cache: on a ring of 40,000 sites, runs of one state are twice as fast as of 128.
    private const int CachedEntries = 1 << 15;

    /// <summary>Runs forecasts, batched over starts and members, and in parallel.</summary>
    /// <remarks>Memory depends on the batch, not on the number of starts. Neither batches nor workers change a bit of a simulator's forecast.</remarks>
    /// <param name="model">What advances the states.</param>
    /// <param name="starts">Analyses, sorted by (trajectory, step).</param>
    /// <param name="request">Which starts and leads, how many members.</param>
    /// <returns> One block for each (trajectory, start, lead), in that order; <see cref="StateBlock.FirstStep"/> is the start's step. Of an ensemble, the
    /// members' mean and, as the spread, their standard deviation.
    /// </returns>
    /// <exception cref="ArgumentException">The request makes no sense, or the states are not the model's, or an ensemble's have no spread; the latter two while
    /// enumerating.</exception>
    /// <exception cref="DivergenceException">A forecast is no longer finite; the message names start, lead and norm. Thrown while enumerating.</exception>
    public static IEnumerable<StateBlock> Run(ForecastModel model, IEnumerable<StateBlock> starts, ForecastRequest request)
    {
        request.Check();
        Memory(model, request, InOrder.Workers(request.Workers)).Require("Take fewer members or workers.");
        var (rows, batch) = (RowsPerRun(model, request), StartsAtOnce(model, request));
        return EntriesPerStart(model, request) > MostEntries
            ? OneByOne(model, Starts(model, starts, request), request, rows)
            : InBatches(model, Starts(model, starts, request), request, rows, batch);
    }

    /// <summary>The memory that forecasts take at their height, about, told from sizes alone.</summary>
    /// <param name="model">What advances the states.</param>
    /// <param name="request">How many leads and members.</param>
    /// <param name="workers">The batches worked on at the same time, at least 1.</param>
    internal static MemoryNeed Memory(ForecastModel model, ForecastRequest request, int workers)
    {
        double size = model.StateSize, batch = StartsAtOnce(model, request), rows = batch * request.Members;
        var results = Math.Min(EntriesPerStart(model, request), MostEntries) * batch;
        return new MemoryNeed($"Forecast '{model.Name}'")
            .Add(FormattableString.Invariant($"{request.Members} members of {size} entries from {batch} starts for each of {workers} workers"),
                2 * sizeof(float), workers, rows, size)
            .Add(FormattableString.Invariant($"forecasts at {request.Leads.Count} leads that wait in order"), sizeof(float), MemoryBound.ItemsPerWorker,
                workers, results);
    }

    /// <summary>The starts that are advanced together.</summary>
    /// <param name="model">What advances the states.</param>
    /// <param name="request">How many leads and members.</param>
    internal static int StartsAtOnce(ForecastModel model, ForecastRequest request) => (int)Math.Clamp(
        MostEntries / EntriesPerStart(model, request), 1, Math.Max(1, RowsPerRun(model, request) / request.Members));

    private static int RowsPerRun(ForecastModel model, ForecastRequest request) => Math.Clamp(CachedEntries / model.StateSize, 1, request.BatchSize);

    private static long EntriesPerStart(ForecastModel model, ForecastRequest request) =>
        (long)request.Leads.Count * model.StateSize * (request.Members > 1 ? 2 : 1);

    private static IEnumerable<StateBlock> InBatches(ForecastModel model, IEnumerable<ForecastStart> starts, ForecastRequest request, int rows, int batch)
    {
        var done = 0L;
        foreach (var forecasts in InOrder.Map(
            starts.Chunk(batch), InOrder.Workers(request.Workers), () => new object(), (_, b) =>
                new ForecastBatch(model, b, request, rows).Run(request.Leads).ToArray(), request.Cancellation))
        {
            for (var start = 0; start < forecasts[0].Length; start++)
            {
                foreach (var ofLead in forecasts)
                {
                    yield return ofLead[start];
                }
            }

            done += forecasts[0].Length;
            request.Progress?.Report(done);
        }
    }

    private static IEnumerable<StateBlock> OneByOne(ForecastModel model, IEnumerable<ForecastStart> starts, ForecastRequest request, int rows)
    {
        var done = 0L;
        foreach (var start in starts)
        {
            foreach (var ofLead in new ForecastBatch(model, [start], request, rows).Run(request.Leads))
            {
                request.Cancellation.ThrowIfCancellationRequested();
                yield return ofLead[0];
            }

            request.Progress?.Report(++done);
        }
    }

    private static IEnumerable<ForecastStart> Starts(ForecastModel model, IEnumerable<StateBlock> blocks, ForecastRequest request)
    {
        float[]? alike = request.InitialSpread is { } value ? [.. Enumerable.Repeat((float)value, model.StateSize)] : null;
        foreach (var values in blocks)
        {
            var block = values.StateSize == model.StateSize ? values.ToWorking(model.Layout) : values;
            if (block.StateSize != model.StateSize)
            {
                throw new ArgumentException(
                    $"Forecast '{model.Name}': expected analyses of {model.StateSize} entries, got {block.StateSize}; they come from another model.");
            }

            if (request.Members > 1 && alike is null && block.Spread is null)
            {
                throw new ArgumentException(
                    $"Forecast '{model.Name}' of {request.Members} members: expected analyses with a spread to draw them from, got analyses without one; "
                        + "analyze by a method that gives one, or name an initial spread.");
            }

            for (var row = 0; row < block.Count; row++)
            {
                if (request.IsStart(block.FirstStep + row))
                {
                    var spread = request.Members == 1 ? default(ReadOnlyMemory<float>?) : alike is not null ? OnCoordinates(alike, block.Row(row), model.Layout)
                        : block.Spread!.Value.Slice(row * block.StateSize, block.StateSize);
                    yield return new ForecastStart(block.Trajectory, block.FirstStep + row, block.States.Slice(row * block.StateSize, block.StateSize), spread);
                }
            }
        }
    }

    // A spread of values, on the coordinates of fields with bounds.
    private static float[] OnCoordinates(float[] spread, StateBlock state, StateLayout layout) =>
        layout.IsBounded ? [.. spread.Select((s, i) => (float)(s / layout.DomainOf(i).Slope(state.States.Span[i])))] : spread;
}
