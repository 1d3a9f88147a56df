namespace Coda.Service.Problems;

/// <summary>An error, after RFC 9457: what was expected, what was got, and the cure.</summary>
internal sealed record Problem
{
    /// <summary>The media type.</summary>
    public const string MediaType = "application/problem+json";

    /// <summary>A URN for the kind of problem, as in urn:coda:problem:unknown-site.</summary>
    public required string Type { get; init; }

    /// <summary>The kind in words.</summary>
    public required string Title { get; init; }

    /// <summary>The HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>The whole message.</summary>
    public required string Detail { get; init; }

    /// <summary>What was expected.</summary>
    public required string Expected { get; init; }

    /// <summary>What was got instead.</summary>
    public required string Got { get; init; }

    /// <summary>What helps.</summary>
    public required string Cure { get; init; }
}
