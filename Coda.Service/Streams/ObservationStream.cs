using Coda.Data.Archives;
using Coda.Data.Coverage;
using Coda.Inference.Assimilation;

namespace Coda.Service.Streams;

/// <summary>A record whose observations arrive: where its analysis stands.</summary>
/// <param name="name">Its name, the client's.</param>
/// <param name="now">The time, in ticks of a clock that only rises.</param>
internal sealed class ObservationStream(string name, long now)
{
    private long _used = now;

    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>Held by the request that advances it: one after the other.</summary>
    public SemaphoreSlim Turn { get; } = new(1, 1);

    /// <summary>When it was last asked for, in ticks of the clock.</summary>
    public long Used => Volatile.Read(ref _used);

    /// <summary>Where it stands; <see langword="null"/> before its first step.</summary>
    public StreamPosition? Position { get; set; }

    /// <summary>What is known of its bands; <see langword="null"/> before its first step, and where there are none.</summary>
    public AdaptiveState? Bands { get; set; }

    /// <summary>The newest analysis, as values.</summary>
    public StateBlock? Newest { get; set; }

    /// <summary>Whether it was ended; a request that waited for its turn must not go on with it.</summary>
    public bool IsEnded { get; set; }

    /// <summary>Notes that it was asked for.</summary>
    /// <param name="now">The time.</param>
    public void Use(long now) => Volatile.Write(ref _used, now);
}
