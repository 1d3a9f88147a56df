using Coda.Data.Foundation;

namespace Coda.Data.Feeds;

/// <summary>Observations that arrive, batch by batch, from something that keeps them until they are acknowledged.</summary>
/// <remarks>
/// A subclass is one file: sealed, with a nested <c>Options</c> record and a constructor (<see cref="FeedContext"/>, Options); it is then found by name
/// (<see cref="Catalog"/>). Batches have an order, each its ordinal; reading again after an ordinal gives the same batches again, which is what makes a
/// follower that was killed lose and double nothing. One thread at a time.
/// </remarks>
public abstract class ObservationFeed : IDisposable
{
    /// <summary>Every feed, by name; the context of its entries is a <see cref="FeedContext"/>.</summary>
    public static Catalog<ObservationFeed> Catalog { get; } = new("feed", typeof(FeedContext));

    /// <summary>What it is called in messages and in what is made from it; without secrets.</summary>
    public abstract string Source { get; }

    /// <summary>Begins to read; called once, before anything else.</summary>
    /// <param name="after">The ordinal of the last batch that was taken; <see langword="null"/> to begin with the first one there is.</param>
    /// <param name="taken">The number of batches that were taken so far.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="ArgumentException">The options name no source.</exception>
    /// <exception cref="IOException">The source is not there, or cannot be reached.</exception>
    /// <exception cref="InvalidDataException">Batches after <paramref name="after"/> are gone, or more are there before it than were taken.</exception>
    public abstract void Open(string? after, long taken, CancellationToken cancellation = default);

    /// <summary>The next batch.</summary>
    /// <param name="wait">How long to wait for one that has not come; zero to take only what is known to be there.</param>
    /// <param name="cancellation">Stops the waiting.</param>
    /// <returns>The batch; <see langword="null"/> where none has come.</returns>
    /// <exception cref="IOException">The source is gone.</exception>
    /// <exception cref="InvalidDataException">A batch is damaged, or came out of order; it was not taken, and is the next one again.</exception>
    public abstract ObservationBatch? Next(TimeSpan wait, CancellationToken cancellation = default);

    /// <summary>Whether every batch that the source holds now was given.</summary>
    public abstract bool IsDrained();

    /// <summary>Tells that nothing up to an ordinal is needed again, for what was made of it is stored.</summary>
    /// <param name="ordinal">A batch's ordinal.</param>
    public abstract void Acknowledge(string ordinal);

    /// <summary>Ends the reading; what was not acknowledged comes again.</summary>
    public abstract void Dispose();
}
