using Coda.Data.Archives.Stores;

namespace Coda.Stores.S3;

/// <summary>A place in an object store: <c>s3://bucket/folder</c>.</summary>
/// <param name="Bucket">The bucket.</param>
/// <param name="Prefix">What the keys of the place begin with, before a slash; without one at its end.</param>
public sealed record S3Address(string Bucket, string Prefix)
{
    private const string Scheme = "s3://";

    /// <summary>Reads an address.</summary>
    /// <param name="text">The text, such as s3://observations/lorenz96.</param>
    /// <exception cref="ArgumentException">It is none, or names no place below the bucket, or one that two stores would read differently.</exception>
    public static S3Address Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.StartsWith(Scheme, StringComparison.Ordinal) ? text[Scheme.Length..].TrimEnd('/').Split('/') : [];
        return parts.Length >= 2 && IsBucket(parts[0]) && parts.Skip(1).All(IsPlain)
            ? new(parts[0], string.Join('/', parts.Skip(1)))
            : throw new ArgumentException(
                $"{ArchiveStores.Shown(text)}: expected s3://BUCKET/FOLDER, the bucket of 3 to 63 lower-case letters, digits, dots and hyphens, the folder's "
                    + "names of letters, digits and any of !-_.*'(), got another address. "
                    + "AWS_ENDPOINT_URL says where the server is, the usual credentials who you are.");
    }

    /// <summary>Writes the address.</summary>
    public override string ToString() => $"{Scheme}{Bucket}/{Prefix}";

    private static bool IsBucket(string text) =>
        text.Length is >= 3 and <= 63 && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '-');

    private static bool IsPlain(string text) =>
        text.Length > 0 && text is not ("." or "..") && text.All(c => char.IsAsciiLetterOrDigit(c) || "!-_.*'()".Contains(c, StringComparison.Ordinal));
}
