using System.Diagnostics;
using System.Runtime.CompilerServices;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Coda.Feeds.Nats;

/// <summary>Reads a stream in its order, each message once, by a durable pull consumer.</summary>
internal sealed class NatsReading : IAsyncDisposable
{
    private const string Mark = "--";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1); // with a server that is gone
    private static readonly TimeSpan AckWait = TimeSpan.FromMinutes(5); // beyond what a follower takes until it stores

    // Asked for what is there, a server answers at once; of requests that wait, those of 2.9 fall asleep at times, for as long as they last.
    private static readonly NatsJSFetchOpts Some = new() { MaxMsgs = 500, Expires = TimeSpan.FromSeconds(2) };
    private static readonly TimeSpan Busy = TimeSpan.FromMilliseconds(10); // until it is asked again
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2); // whether the consumer is still there

    private readonly NatsAddress _address;
    private readonly NatsConnection _connection;
    private readonly NatsJSContext _context;
    private readonly bool _isQueue; // messages go when they are acknowledged
    private readonly string _name; // of the consumer: nobody else's
    private ulong _read; // the last sequence that was read
    private INatsJSConsumer _consumer = null!;

    private NatsReading(NatsAddress address, NatsConnection connection, NatsJSContext context, bool isQueue, ulong read) =>
        (_address, _connection, _context, _isQueue, _read, _name) =
            (address, connection, context, isQueue, read, $"{address.Consumer}{Mark}{Guid.NewGuid():N}");

    /// <summary>Connects, and begins after a message.</summary>
    /// <param name="address">Which messages.</param>
    /// <param name="credentials">Who reads.</param>
    /// <param name="after">The sequence of the last message that was taken; 0 for none.</param>
    /// <param name="cancellation">Stops it.</param>
    public static async Task<NatsReading> Open(NatsAddress address, NatsAuthOpts credentials, ulong after, CancellationToken cancellation)
    {
        var connection = new NatsConnection(new NatsOpts
        {
            Url = address.Servers, Name = "coda", AuthOpts = credentials,
            TlsOpts = address.RequiresTls ? new NatsTlsOpts { Mode = TlsMode.Require } : NatsTlsOpts.Default,
        });
        try
        {
            await connection.ConnectAsync().ConfigureAwait(false);
            var context = new NatsJSContext(connection);
            var stream = (await context.GetStreamAsync(address.Stream, cancellationToken: cancellation).ConfigureAwait(false)).Info;
            Require(address, stream, after);
            var reading = new NatsReading(address, connection, context, stream.Config.Retention == StreamConfigRetention.Workqueue, after);
            await reading.RemoveOthers(cancellation).ConfigureAwait(false);
            await reading.Begin(cancellation).ConfigureAwait(false);
            return reading;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>A message's sequence in the stream.</summary>
    /// <param name="message">The message.</param>
    public static ulong SequenceOf(INatsJSMsg<byte[]> message) => message.Metadata!.Value.Sequence.Stream;

    /// <summary>Reads the messages in the stream's order, each once, without an end.</summary>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="IOException">Another reader took the consumer's name.</exception>
    public async IAsyncEnumerable<INatsJSMsg<byte[]>> Read([EnumeratorCancellation] CancellationToken cancellation)
    {
        var (delivered, since) = (0UL, Stopwatch.GetTimestamp()); // the latter: of the last message
        for (var looked = since; true;)
        {
            var messages = await Fetch(cancellation).ConfigureAwait(false);
            foreach (var message in messages)
            {
                if (message.Metadata!.Value.Sequence.Consumer != ++delivered)
                {
                    // A delivery was lost, and would come late.
                    await Begin(cancellation).ConfigureAwait(false);
                    delivered = 0;
                    break;
                }

                var sequence = SequenceOf(message);
                if (sequence > _read)
                {
                    _read = sequence;
                    yield return message;
                }
                else if (_isQueue)
                {
                    await message.AckAsync(cancellationToken: cancellation).ConfigureAwait(false); // it was taken; a killed process had not said so
                }
            }

            if (messages.Count > 0)
            {
                since = Stopwatch.GetTimestamp();
                continue;
            }

            if (Stopwatch.GetElapsedTime(looked) > Look)
            {
                await RequireConsumer(cancellation).ConfigureAwait(false);
                looked = Stopwatch.GetTimestamp();
            }

            await Task.Delay(Stopwatch.GetElapsedTime(since) < Look ? Busy : Idle, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Whether nothing comes after a message now.</summary>
    /// <param name="given">The sequence of the last message that was given.</param>
    public async Task<bool> IsDrained(ulong given)
    {
        await _consumer.RefreshAsync().ConfigureAwait(false);
        return _consumer.Info.NumPending == 0 && _consumer.Info.Delivered.StreamSeq <= given;
    }

    /// <summary>Acknowledges messages.</summary>
    /// <param name="messages">All of those that were given and not acknowledged yet, up to some one.</param>
    public async Task Acknowledge(IReadOnlyList<INatsJSMsg<byte[]>> messages)
    {
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            foreach (var message in _isQueue ? messages : messages.Skip(messages.Count - 1)) // which stands for those before it, elsewhere
            {
                await message.AckAsync(cancellationToken: limit.Token).ConfigureAwait(false);
            }
        }
        catch (Exception fault)
            when (fault is OperationCanceledException || (fault is NatsException && _connection.ConnectionState != NatsConnectionState.Open))
        {
            // The server is gone. The next one stands for them, or they are delivered again, and acknowledged then.
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    // A consumer that delivers, as its first, what comes after the last message that was read.
    private async Task Begin(CancellationToken cancellation)
    {
        await Remove(_name, cancellation).ConfigureAwait(false);
        _consumer = await _context.CreateOrUpdateConsumerAsync(_address.Stream, new ConsumerConfig(_name)
        {
            FilterSubject = _address.Subject, AckPolicy = _isQueue ? ConsumerConfigAckPolicy.Explicit : ConsumerConfigAckPolicy.All, AckWait = AckWait,
            MaxAckPending = -1, DeliverPolicy = _isQueue ? ConsumerConfigDeliverPolicy.All : ConsumerConfigDeliverPolicy.ByStartSequence,
            OptStartSeq = _isQueue ? 0 : _read + 1,
        }, cancellation).ConfigureAwait(false);
    }

    // What is there now; nothing while the server is gone.
    private async Task<List<INatsJSMsg<byte[]>>> Fetch(CancellationToken cancellation)
    {
        var messages = new List<INatsJSMsg<byte[]>>();
        try
        {
            await foreach (var message in _consumer.FetchNoWaitAsync<byte[]>(Some, cancellationToken: cancellation).ConfigureAwait(false))
            {
                messages.Add(message);
            }
        }
        catch (NatsException) when (_connection.ConnectionState != NatsConnectionState.Open)
        {
            // The client connects again; what was lost on the way shows in the deliveries' numbers.
        }

        return messages;
    }

    private async Task RequireConsumer(CancellationToken cancellation)
    {
        try
        {
            await _consumer.RefreshAsync(cancellation).ConfigureAwait(false);
        }
        catch (NatsJSApiException fault) when (fault.Error.Code == 404)
        {
            throw new IOException(
                $"Stream {_address.Stream}: expected to be the only one that reads as consumer {_address.Consumer}, got another that began. "
                    + "Name a consumer of its own (?consumer=NAME).");
        }
        catch (NatsException) when (_connection.ConnectionState != NatsConnectionState.Open)
        {
            // It is asked again.
        }
    }

    private async Task Remove(string consumer, CancellationToken cancellation)
    {
        try
        {
            await _context.DeleteConsumerAsync(_address.Stream, consumer, cancellation).ConfigureAwait(false);
        }
        catch (NatsJSApiException fault) when (fault.Error.Code == 404)
        {
            // There was none.
        }
    }

    // Those of runs before this one; a run that is still there finds its own gone, and ends.
    private async Task RemoveOthers(CancellationToken cancellation)
    {
        var others = new List<string>();
        await foreach (var name in _context.ListConsumerNamesAsync(_address.Stream, cancellation).ConfigureAwait(false))
        {
            if (name.StartsWith(_address.Consumer + Mark, StringComparison.Ordinal))
            {
                others.Add(name);
            }
        }

        foreach (var name in others)
        {
            await Remove(name, cancellation).ConfigureAwait(false);
        }
    }

    private static void Require(NatsAddress address, StreamInfo stream, ulong after)
    {
        var (first, last) = (stream.State.FirstSeq, stream.State.LastSeq);
        if (stream.Config.Retention == StreamConfigRetention.Interest)
        {
            throw new IOException($"Stream {address.Stream}: expected retention limits or workqueue, got interest, which keeps nothing for whoever is away.");
        }

        if (last < after)
        {
            throw new InvalidDataException(
                $"Stream {address.Stream}: expected the stream that message {after} was read from, got one of {last}: it was made anew. "
                    + "Begin anew with another output.");
        }

        if (after > 0 && first > after + 1 && stream.Config.Retention == StreamConfigRetention.Limits && !address.AllowsGone)
        {
            throw new InvalidDataException(
                $"Stream {address.Stream}: expected messages from {after + 1} on, got them from {first} on: those between were dropped before they were read. "
                    + "Go on without them (?gone=allowed), or begin anew with another output.");
        }
    }
}
