using System.Buffers;
using System.Security.Cryptography;

namespace Coda.Data.Foundation;

/// <summary>The SHA-256 of files, read in pieces large enough that the processor is the limit.</summary>
public static class FileHash
{
    private const int Piece = 1 << 20; // so that calls of the system cost nothing beside the hash

    /// <summary>The SHA-256 of a file, in lower-case hexadecimal.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellation">Stops between pieces.</param>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static string Sha256(string path, CancellationToken cancellation = default)
    {
        using var file = File.OpenHandle(path, options: FileOptions.SequentialScan);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(Piece);
        try
        {
            var offset = 0L;
            for (int read; (read = RandomAccess.Read(file, buffer, offset)) > 0; offset += read)
            {
                cancellation.ThrowIfCancellationRequested();
                hash.AppendData(buffer, 0, read);
            }

            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
