using Coda.Data.Foundation;

namespace Coda.Data.Archives.Stores;

/// <summary>What killed writers leave: files and folders with a name of <see cref="AtomicFile.TemporaryName"/>, and nobody else's.</summary>
/// <remarks>Whoever removes them holds the lock under which they are made: a process's number tells nothing, for it may be one of another machine.</remarks>
internal static class Leftovers
{
    /// <summary>Those in a folder.</summary>
    /// <param name="folder">The folder; it must exist.</param>
    /// <param name="isOf">Which final names they were made for.</param>
    public static IEnumerable<FileSystemInfo> In(string folder, Func<string, bool> isOf) =>
        new DirectoryInfo(folder).EnumerateFileSystemInfos("*.partial")
            .Where(e => e.LinkTarget is null && AtomicFile.FinalName(e.Name) is { } name && isOf(name));

    /// <summary>Removes those in a folder.</summary>
    /// <inheritdoc cref="In"/>
    public static void Remove(string folder, Func<string, bool> isOf)
    {
        foreach (var entry in In(folder, isOf).ToList())
        {
            if (entry is DirectoryInfo left)
            {
                left.Delete(recursive: true);
            }
            else
            {
                entry.Delete();
            }
        }
    }
}
