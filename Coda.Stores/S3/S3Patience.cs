namespace Coda.Stores.S3;

/// <summary>How long a store is waited for, and a process that has a claim.</summary>
/// <param name="Claim">How long a claim that is not renewed stands; renewed four times in that time.</param>
/// <param name="Answer">How long an answer may take, before what its content takes.</param>
internal sealed record S3Patience(TimeSpan Claim, TimeSpan Answer)
{
    // Slower than this is not a connection to work with.
    private const double LeastBytesPerSecond = 1 << 18;

    /// <summary>20 s, and a minute.</summary>
    public static S3Patience Usual { get; } = new(TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(1));

    /// <summary>How long a request may take.</summary>
    /// <param name="bytes">The length of what is sent or fetched.</param>
    public TimeSpan Of(long bytes) => Answer + TimeSpan.FromSeconds(bytes / LeastBytesPerSecond);
}
