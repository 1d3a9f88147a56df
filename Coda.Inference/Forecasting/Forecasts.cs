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
        double size = model.StateSize, workers = InOrder.Workers(request.Workers);
        new MemoryNeed($"Forecast '{model.Name}'")
            .Add(FormattableString.Invariant($"{request.Members} members of {size} entries for each of {workers} workers"), 2 * sizeof(float), workers,
                request.Members, size)
            .Require("Take fewer members or workers.");
        var results = (long)request.Leads.Count * model.StateSize * (request.Members > 1 ? 2 : 1);
        var rows = Math.Clamp(CachedEntries / model.StateSize, 1, request.BatchSize);
        var forecasts = results > MostEntries
            ? OneByOne(model, Starts(model, starts, request), request, rows)
            : InBatches(model, Starts(model, starts, request), request, rows, (int)Math.Clamp(MostEntries / results, 1, Math.Max(1, rows / request.Members)));
        return model.Layout.IsBounded ? forecasts.Select(block => block.ToPhysical(model.Layout)) : forecasts;
    }

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
                throw new ArgumentException($"Forecast '{model.Name}': expected analyses of {model.StateSize} entries, got {block.StateSize}; they come from "
                    + "another model.");
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
                    var spread = request.Members == 1 ? default(ReadOnlyMemory<float>?) : alike
                        ?? block.Spread!.Value.Slice(row * block.StateSize, block.StateSize);
                    yield return new ForecastStart(block.Trajectory, block.FirstStep + row, block.States.Slice(row * block.StateSize, block.StateSize), spread);
                }
            }
        }
    }
}
