using Coda.Data.Archives;

namespace Coda.Service.Batching;

/// <summary>Forecasts from some states; an item is a start.</summary>
/// <param name="starts">The states to start from, one in each block.</param>
/// <param name="leads">The leads to keep, in steps, rising.</param>
/// <param name="forcing">The forcing along them, where the model has one.</param>
/// <param name="cancellation">Cancelled when nobody waits any more.</param>
internal sealed class PendingForecast(
    IReadOnlyList<StateBlock> starts, IReadOnlyList<int> leads, ForcingSeries? forcing, CancellationToken cancellation)
    : PendingWork(starts.Count, cancellation)
{
    private readonly StateBlock[] _forecasts = new StateBlock[starts.Count * leads.Count];

    /// <summary>The states to start from.</summary>
    public IReadOnlyList<StateBlock> Starts => starts;

    /// <summary>The leads to keep.</summary>
    public IReadOnlyList<int> Leads => leads;

    /// <summary>The forcing along the forecasts.</summary>
    public ForcingSeries? Forcing => forcing;

    /// <summary>The forecasts, once the job is done: every lead of the first start, then of the next.</summary>
    public IReadOnlyList<StateBlock> Forecasts => _forecasts;

    /// <summary>Takes the forecasts from some starts.</summary>
    /// <param name="first">The first start.</param>
    /// <param name="count">The number of starts.</param>
    /// <param name="forecasts">At least their forecasts, in order.</param>
    public void Put(int first, int count, IEnumerable<StateBlock> forecasts)
    {
        var at = first * leads.Count;
        foreach (var forecast in forecasts.Take(count * leads.Count))
        {
            _forecasts[at++] = forecast;
        }

        Finish(count);
    }
}
