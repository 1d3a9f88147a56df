using System.Security.Cryptography;
using System.Text;

namespace Coda.Service.Settings;

/// <summary>The key that requests bring, kept as a digest.</summary>
/// <param name="key">The key itself.</param>
internal sealed class ApiKey(string key)
{
    /// <summary>The fewest characters of a key.</summary>
    public const int ShortestLength = 16;

    /// <summary>What a key must be, in words.</summary>
    public static readonly string Expected = $"at least {ShortestLength} visible ASCII characters without blanks";

    private readonly byte[] _digest = Digest(key);

    /// <summary>Whether a text is the key. Takes the same time wherever they differ, and whatever their lengths.</summary>
    /// <param name="text">What a request brought.</param>
    public bool Matches(string text) => CryptographicOperations.FixedTimeEquals(Digest(text), _digest);

    private static byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
