using System.IO.Compression;
using System.IO.Hashing;
using Coda.Data.Foundation;

namespace Coda.Pipelines.Saving;

/// <summary>A pipeline's file as ML.NET saved it, examined before ML.NET reads it: a flipped bit there is another answer, or a load that never ends.</summary>
internal static class SavedPipeline
{
    /// <summary>Compares each entry with the CRC-32 that the file itself has of it.</summary>
    /// <param name="file">The file; it is left at its start.</param>
    /// <param name="name">What errors call it.</param>
    /// <exception cref="InvalidDataException">It is no whole ZIP file, or an entry has other bytes than were saved.</exception>
    public static void Verify(Stream file, string name)
    {
        if (Damage(file) is { } damage)
        {
            throw new InvalidDataException($"{name}: expected a pipeline as ML.NET saved it, got {damage}. Save it anew, or restore it from a copy.");
        }

        file.Position = 0;
    }

    private static string? Damage(Stream file)
    {
        try
        {
            using var archive = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            var damaged = archive.Entries.FirstOrDefault(entry => Checksum(entry) != entry.Crc32);
            return damaged is null ? null : $"other bytes than were saved in '{ForeignText.Shorten(damaged.FullName)}'";
        }
        catch (InvalidDataException)
        {
            return "no whole ZIP file";
        }
    }

    private static uint Checksum(ZipArchiveEntry entry)
    {
        var checksum = new Crc32();
        using var bytes = entry.Open();
        checksum.Append(bytes);
        return checksum.GetCurrentHashAsUInt32();
    }
}
