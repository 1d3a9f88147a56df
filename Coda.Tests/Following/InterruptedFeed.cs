using Coda.Data.Feeds;

namespace Coda.Tests.Following;

/// <summary>A feed before whose batches something happens.</summary>
internal sealed class InterruptedFeed(ObservationFeed inner, Action before) : ObservationFeed
{
    public override string Source => inner.Source;

    public override void Open(string? after, long taken, CancellationToken cancellation = default) => inner.Open(after, taken, cancellation);

    public override ObservationBatch? Next(TimeSpan wait, CancellationToken cancellation = default)
    {
        before();
        return inner.Next(wait, cancellation);
    }

    public override bool IsDrained() => inner.IsDrained();

    public override void Acknowledge(string ordinal) => inner.Acknowledge(ordinal);

    public override void Dispose() => inner.Dispose();
}
