using System.Collections.Concurrent;
using System.Globalization;
using Coda.Data.Feeds;
using NATS.Client.Core;
using NATS.Client.JetStream;

namespace Coda.Feeds.Nats;

/// <summary>A stream of NATS JetStream: messages of tidy rows in CSV, each a batch, in the order of the stream, which keeps them.</summary>
/// <remarks>
/// The ordinal is the message's sequence in the stream. A durable pull consumer reads; a message is acknowledged once what was made of it is stored, so that a
/// stream of work-queue retention drops it then. The consumer is made anew from the ordinal whenever a run begins, or a delivery was lost, so that the order is
/// the stream's; it is asked every 10 milliseconds, or 50 where little comes. Of a server that is gone the client waits for the return.
/// </remarks>
[System.ComponentModel.Description("A durable stream of NATS JetStream: messages of tidy rows in CSV, each a batch, in the order of the stream.")]
public sealed class NatsFeed : ObservationFeed
{
    private const int MostWaiting = 2000; // messages

    private readonly Lazy<NatsAddress> _address;
    private readonly BatchReading _reading;
    private readonly BlockingCollection<INatsJSMsg<byte[]>> _waiting = new(MostWaiting);
    private readonly ConcurrentQueue<INatsJSMsg<byte[]>> _unacknowledged = new();
    private readonly CancellationTokenSource _end = new();
    private INatsJSMsg<byte[]>? _next; // taken from those that wait, not given yet
    private NatsReading? _source;
    private Task _pump = Task.CompletedTask;
    private ulong _given;

    /// <summary>Makes the feed; no server is asked yet.</summary>
    /// <param name="context">Whose observations they are.</param>
    /// <param name="options">Which messages.</param>
    public NatsFeed(FeedContext context, Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_address, _reading) = (new(() => NatsAddress.Parse(options.Address)), new BatchReading(context));
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The address is none, or holds credentials.</exception>
    public override string Source => $"nats {Address.Stream}/{Address.Subject}";

    /// <inheritdoc/>
    public override void Open(string? after, long taken, CancellationToken cancellation = default)
    {
        _given = after is null ? 0 : ulong.Parse(after, NumberStyles.None, CultureInfo.InvariantCulture);
        _source = Wait(NatsReading.Open(Address, NatsCredentials.Of(Environment.GetEnvironmentVariable), _given, cancellation));
        _pump = Task.Run(async () =>
        {
            try
            {
                await foreach (var message in _source.Read(_end.Token).ConfigureAwait(false))
                {
                    _waiting.Add(message, _end.Token);
                }
            }
            finally
            {
                _waiting.CompleteAdding();
            }
        });
    }

    /// <inheritdoc/>
    public override ObservationBatch? Next(TimeSpan wait, CancellationToken cancellation = default)
    {
        if (_next is null && !_waiting.TryTake(out _next, (int)wait.TotalMilliseconds, cancellation))
        {
            if (_waiting.IsCompleted)
            {
                Wait(_pump); // throws why
                throw new IOException($"{Source}: expected messages without an end, got one. Run the command again to go on.");
            }

            return null;
        }

        var (message, sequence) = (_next!, NatsReading.SequenceOf(_next!));
        var ordinal = sequence.ToString(CultureInfo.InvariantCulture);
        var name = $"{Source}, message {ordinal}";
        var batch = message.Data is { Length: > 0 } text ? _reading.Csv(text, ordinal, name, cancellation) : new ObservationBatch(ordinal, name, []);
        _unacknowledged.Enqueue(message);
        (_next, _given) = (null, sequence);
        return batch;
    }

    /// <inheritdoc/>
    public override bool IsDrained() => _next is null && _waiting.Count == 0 && !_waiting.IsCompleted && Wait(_source!.IsDrained(_given));

    /// <inheritdoc/>
    public override void Acknowledge(string ordinal)
    {
        var upTo = ulong.Parse(ordinal, NumberStyles.None, CultureInfo.InvariantCulture);
        var messages = new List<INatsJSMsg<byte[]>>();
        while (_unacknowledged.TryPeek(out var message) && NatsReading.SequenceOf(message) <= upTo && _unacknowledged.TryDequeue(out message))
        {
            messages.Add(message);
        }

        Wait(_source!.Acknowledge(messages));
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _end.Cancel();
        try
        {
            Wait(_pump);
        }
        catch (Exception fault) when (fault is OperationCanceledException or IOException)
        {
            // It was told to end; why it ended before, whoever read it knows.
        }

        if (_source is { } source)
        {
            source.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }

        _waiting.Dispose();
        _end.Dispose();
    }

    private NatsAddress Address => _address.Value;

    private T Wait<T>(Task<T> work)
    {
        Wait((Task)work);
        return work.Result;
    }

    // The client's faults as those of files, which they are to whoever reads a feed.
    private void Wait(Task work)
    {
        try
        {
            work.GetAwaiter().GetResult();
        }
        catch (NatsException fault)
        {
            throw new IOException(
                $"{Source} at {Address.Servers}: {fault.Message.TrimEnd('.')}. Check server, stream and credentials (docs/follow.md).", fault);
        }
    }

    /// <summary>Which messages.</summary>
    public sealed record Options
    {
        /// <summary>nats://HOST:PORT/STREAM/SUBJECT; after ? perhaps consumer=NAME, gone=allowed or tls=required, with &amp; between them.</summary>
        public string Address { get; init; } = "";
    }
}
