using Coda.Data.Coverage;
using Coda.Service.Problems;
using Coda.Service.Settings;

namespace Coda.Service.Streams;

/// <summary>The streams that clients have begun, by name. Nothing of them is on disk: they end with the service, or when nobody has asked for them for some
/// time. Safe for use from several threads.</summary>
/// <param name="limits">How many there may be, and how long they stay.</param>
/// <param name="clock">Measures that.</param>
internal sealed class StreamStore(ServiceLimits limits, TimeProvider clock)
{
    private readonly object _lock = new();
    private readonly Dictionary<string, ObservationStream> _streams = [];

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                Expire();
                return _streams.Count;
            }
        }
    }

    /// <summary>What is known of the bands of those that have bands.</summary>
    public IReadOnlyList<AdaptiveState> Bands
    {
        get
        {
            lock (_lock)
            {
                Expire();
                return [.. _streams.Values.Select(s => s.Bands).OfType<AdaptiveState>()];
            }
        }
    }

    /// <summary>A stream, begun where there is none of the name.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="RequestFault">There are as many as may be; 429.</exception>
    public ObservationStream Open(string name)
    {
        lock (_lock)
        {
            Expire();
            if (!_streams.TryGetValue(name, out var stream))
            {
                if (_streams.Count >= limits.Streams)
                {
                    throw new RequestFault(429, "too-many-streams", $"at most {limits.Streams} streams at a time", "one more",
                        "End one with DELETE /v1/streams/NAME, or wait until one is forgotten.");
                }

                _streams[name] = stream = new ObservationStream(name, clock.GetTimestamp());
            }

            stream.Use(clock.GetTimestamp());
            return stream;
        }
    }

    /// <summary>A stream that is there.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="RequestFault">There is none; 404.</exception>
    public ObservationStream Find(string name)
    {
        lock (_lock)
        {
            Expire();
            if (!_streams.TryGetValue(name, out var stream))
            {
                throw Unknown(name);
            }

            stream.Use(clock.GetTimestamp());
            return stream;
        }
    }

    /// <summary>Forgets a stream.</summary>
    /// <param name="stream">The stream.</param>
    public void End(ObservationStream stream)
    {
        lock (_lock)
        {
            stream.IsEnded = true;
            if (_streams.GetValueOrDefault(stream.Name) == stream)
            {
                _streams.Remove(stream.Name);
            }
        }
    }

    /// <summary>What is said where there is no such stream.</summary>
    /// <param name="name">The name.</param>
    public static RequestFault Unknown(string name) => new(
        404, "unknown-stream", "the name of a stream that was begun", $"'{name}'",
        "POST its observations, which begins it; one that nobody asked for is forgotten.");

    private void Expire()
    {
        var now = clock.GetTimestamp();
        foreach (var stream in _streams.Values.Where(s => clock.GetElapsedTime(s.Used, now) > limits.StreamTime).ToList())
        {
            if (stream.Turn.CurrentCount > 0) // nobody is at it
            {
                stream.IsEnded = true;
                _streams.Remove(stream.Name);
            }
        }
    }
}
