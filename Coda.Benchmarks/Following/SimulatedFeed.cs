using System.Globalization;
using Coda.Data.Feeds;
using Coda.Data.Time;

namespace Coda.Benchmarks.Following;

/// <summary>A feed whose batches have always come: as fast as they are taken.</summary>
/// <param name="record">The observations.</param>
/// <param name="stepsOfABatch">The steps of each batch.</param>
/// <param name="batches">How many there are.</param>
internal sealed class SimulatedFeed(ArrivingRecord record, int stepsOfABatch, long batches) : ObservationFeed
{
    private long _next;

    public override string Source => "simulated";

    public override void Open(string? after, long taken, CancellationToken cancellation = default) => _next = taken;

    public override ObservationBatch? Next(TimeSpan wait, CancellationToken cancellation = default)
    {
        if (IsDrained())
        {
            return null;
        }

        var steps = new StepRange(_next * stepsOfABatch, ++_next * stepsOfABatch);
        return new(_next.ToString("D9", CultureInfo.InvariantCulture), "a batch", [.. record.Rows(steps)]);
    }

    public override bool IsDrained() => _next == batches;

    public override void Acknowledge(string ordinal)
    {
    }

    public override void Dispose()
    {
    }
}
