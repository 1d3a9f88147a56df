using Coda.Data.Archives;
using Coda.Data.Foundation;

namespace Coda.Service.Settings;

/// <summary>What one request may ask for, and how many may be under way.</summary>
public sealed record ServiceLimits
{
    /// <summary>The largest body, in bytes; 413 beyond.</summary>
    public long BodyBytes { get; init; } = 16 << 20;

    /// <summary>The least rate at which a body must arrive after its first 5 seconds, in bytes a second; 408 below. 0 for none.</summary>
    public double BodyBytesPerSecond { get; init; } = 240;

    /// <summary>The time from a request's first byte to its last state; 408 when the body took it, else 504.</summary>
    public TimeSpan RequestTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The requests that are read, wait or are computed at the same time; 429 beyond.</summary>
    public int Requests { get; init; } = 128;

    /// <summary>The open connections; further ones are closed.</summary>
    public int Connections { get; init; } = 1024;

    /// <summary>The steps of a request's record, and the states in a reply; 422 beyond.</summary>
    public int Steps { get; init; } = 10_000;

    /// <summary>The greatest lead of a forecast, in steps; 422 beyond.</summary>
    public int Lead { get; init; } = 1_000;

    /// <summary>The streams that may be under way; 429 beyond.</summary>
    public int Streams { get; init; } = 1024;

    /// <summary>The time after which a stream is forgotten that nobody asks for.</summary>
    public TimeSpan StreamTime { get; init; } = TimeSpan.FromHours(6);

    /// <summary>The time that requests under way have to end when the service stops.</summary>
    public TimeSpan DrainTime { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Adds the limits that make no sense.</summary>
    /// <param name="faults">Where they go.</param>
    internal void Check(Faults faults) => faults
        .Require(BodyBytes >= 1, nameof(BodyBytes), "at least 1", BodyBytes)
        .Require(BodyBytesPerSecond is >= 0 and < double.PositiveInfinity, nameof(BodyBytesPerSecond), "a finite number of at least 0", BodyBytesPerSecond)
        .Require(RequestTime > TimeSpan.Zero && RequestTime <= TimeSpan.FromDays(1), nameof(RequestTime), "a time of at most a day", RequestTime)
        .Require(Requests >= 1, nameof(Requests), "at least 1", Requests)
        .Require(Connections >= 1, nameof(Connections), "at least 1", Connections)
        .Require(Steps is >= 1 and <= 10_000_000, nameof(Steps), "1 to 10,000,000", Steps)
        .Require(Lead >= 0, nameof(Lead), "at least 0", Lead)
        .Require(Streams is >= 1 and <= 1_000_000, nameof(Streams), "1 to 1,000,000", Streams)
        .Require(StreamTime > TimeSpan.Zero && StreamTime <= TimeSpan.FromDays(365), nameof(StreamTime), "a time of at most 365 days", StreamTime)
        .Require(DrainTime >= TimeSpan.Zero && DrainTime <= TimeSpan.FromDays(1), nameof(DrainTime), "a time of at most a day", DrainTime);
}
