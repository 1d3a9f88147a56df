namespace Coda.Service.Replies;

/// <summary>How the service is, in a word.</summary>
/// <param name="Status">In a word.</param>
internal sealed record HealthReply(string Status);
