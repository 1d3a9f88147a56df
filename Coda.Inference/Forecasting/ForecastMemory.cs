using Coda.Data.Archives;
using Coda.Data.Foundation;

namespace Coda.Inference.Forecasting;

/// <summary>Keeps forecasts below a bound on the process's memory, however many starts there are.</summary>
public static class ForecastMemory
{
    /// <summary>The largest number of workers within a bound (<see cref="MemoryBound"/>), measured on the first starts.</summary>
    /// <param name="bytes">The bound on the memory of the whole process.</param>
    /// <param name="model">What advances the states.</param>
    /// <param name="starts">Opens the analyses, sorted by (trajectory, step).</param>
    /// <param name="request">Which starts and leads, how many members, and the workers asked for.</param>
    /// <exception cref="ArgumentException">One worker alone needs more, the message says how much; or as for <see cref="Forecasts.Run"/>.</exception>
    /// <exception cref="Data.Dynamics.DivergenceException">A forecast is no longer finite after a few steps.</exception>
    public static int Workers(long bytes, ForecastModel model, Func<IEnumerable<StateBlock>> starts, ForecastRequest request)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(starts);
        ArgumentNullException.ThrowIfNull(request);
        var one = Forecasts.Memory(model, request, 1);
        var each = Forecasts.Memory(model, request, 2).Bytes - one.Bytes;
        return MemoryBound.Workers(bytes, request.Workers, one, each, Forecast, "take fewer members or leads, or smaller batches.");

        // As many leads, but short ones: memory depends on how many there are, time on how long.
        void Forecast(int count)
        {
            var few = request with
            {
                Leads = [.. request.Leads.Select((lead, place) => Math.Min(lead, 2 * (place + 1)))], Workers = count, Progress = null,
            };
            var states = (long)count * MemoryBound.ItemsPerWorker * Forecasts.StartsAtOnce(model, request) * few.Leads.Count;
            foreach (var _ in Forecasts.Run(model, starts(), few))
            {
                if (--states == 0)
                {
                    return;
                }
            }
        }
    }
}
