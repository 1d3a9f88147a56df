using System.Collections.Concurrent;
using Coda.Data.Foundation;

namespace Coda.Data.Archives.Parts;

/// <summary>Compares every part with its checksum, once, when it is first read.</summary>
/// <remarks>A flipped bit may decode to other numbers without any error. Safe for use from several threads.</remarks>
/// <param name="isOn">Whether to; else parts are believed.</param>
internal sealed class PartChecks(bool isOn)
{
    private readonly ConcurrentDictionary<string, Lazy<bool>> _done = [];

    /// <summary>Checks a part, unless that was done.</summary>
    /// <param name="path">The file.</param>
    /// <param name="expected">Its SHA-256.</param>
    /// <exception cref="ArchiveFormatException">It is another.</exception>
    public void Require(string path, string expected)
    {
        if (!isOn)
        {
            return;
        }

        try
        {
            _ = _done.GetOrAdd(path, _ => new Lazy<bool>(() => Check(path, expected))).Value;
        }
        catch (IOException)
        {
            _done.TryRemove(path, out _); // of the disk, not of the part: the next reader tries again
            throw;
        }
    }

    /// <summary>Checks a part.</summary>
    /// <param name="path">The file.</param>
    /// <param name="expected">Its SHA-256.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <exception cref="ArchiveFormatException">It is another.</exception>
    public static bool Check(string path, string expected, CancellationToken cancellation = default) => Check(path, path, expected, cancellation);

    /// <summary>Checks a copy of a part.</summary>
    /// <param name="path">The file.</param>
    /// <param name="place">The part, for messages.</param>
    /// <param name="expected">Its SHA-256.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <exception cref="ArchiveFormatException">It is another.</exception>
    public static bool Check(string path, string place, string expected, CancellationToken cancellation) => FileHash.Sha256(path, cancellation) is var got
        && got == expected
        ? true
        : throw new ArchiveFormatException(
            $"{place}: expected SHA-256 {expected}, got {got}. The part changed after it was written; restore it or write the table anew.");
}
