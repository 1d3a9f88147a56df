using Coda.Data.Foundation;

namespace Coda.Service.Problems;

/// <summary>A request that cannot be answered, and why: what its reply says.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="kind">The kind of fault in words with hyphens, as in <c>unknown-site</c>.</param>
/// <param name="expected">What was expected.</param>
/// <param name="got">What was got instead; of what clients sent, no more than the first 500 characters are told.</param>
/// <param name="cure">What helps, in a sentence.</param>
internal sealed class RequestFault(int status, string kind, string expected, string got, string cure)
    : Exception($"Expected {expected}, got {Shorten(got)}. {cure}")
{
    /// <summary>The most characters that a reply says of what was got.</summary>
    public const int LongestGot = 500;

    /// <summary>The HTTP status.</summary>
    public int Status { get; } = status;

    /// <summary>The seconds after which another try makes sense; for the header Retry-After.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>The reply's body.</summary>
    public Problem Problem { get; } = new()
    {
        Type = $"urn:coda:problem:{kind}",
        Title = char.ToUpperInvariant(kind[0]) + kind[1..].Replace('-', ' '),
        Status = status,
        Detail = $"Expected {expected}, got {Shorten(got)}. {cure}",
        Expected = expected,
        Got = Shorten(got),
        Cure = cure,
    };

    /// <summary>A well-formed request that asks for what cannot be; 422.</summary>
    public static RequestFault Unprocessable(string kind, string expected, string got, string cure) => new(422, kind, expected, got, cure);

    /// <summary>The beginning of a text that may be of any length, without control characters.</summary>
    /// <param name="text">The text.</param>
    /// <param name="most">The most characters, with the dots that stand for the rest.</param>
    public static string Shorten(string text, int most = LongestGot) => ForeignText.Shorten(text, most);
}
