using System.Text.RegularExpressions;

namespace Coda.Data.Foundation;

/// <summary>Files written whole or not at all: a temporary name, a flush to disk, a rename.</summary>
public static partial class AtomicFile
{
    /// <summary>Writes a file so that readers, and a killed process, see the old content or the new one, never a part.</summary>
    /// <param name="path">The file to create or replace, or a link to it, which stays; its folder must exist.</param>
    /// <param name="write">Writes the content to the stream it is given.</param>
    /// <exception cref="IOException">
    /// There is a folder or a device, or the content could not be written, for example because the disk is full; the old file is untouched.
    /// </exception>
    public static void Write(string path, Action<Stream> write)
    {
        path = Replaced(path);
        var temporary = TemporaryName(path);
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Writes text as UTF-8, whole or not at all.</summary>
    /// <param name="path">The file to create or replace.</param>
    /// <param name="text">The new content.</param>
    public static void WriteText(string path, string text) =>
        Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));

    /// <summary>A name beside <paramref name="path"/> that no other writer uses; leftovers of killed runs end in <c>.partial</c>.</summary>
    /// <param name="path">The final name.</param>
    public static string TemporaryName(string path) =>
        $"{path}.{Environment.ProcessId:x}-{Guid.NewGuid():N}.partial";

    /// <summary>The name that a temporary one was made for.</summary>
    /// <param name="name">A file's or folder's name.</param>
    /// <returns>The name; <see langword="null"/> where <see cref="TemporaryName"/> did not make it, and so where it is somebody's own.</returns>
    public static string? FinalName(string name) => Temporary().Match(name) is { Success: true } found ? found.Groups["final"].Value : null;

    /// <summary>Removes what killed writers left of files under temporary names; files of other names stay.</summary>
    /// <remarks>Whoever calls it holds the lock under which they are written: a process's number tells nothing, for it may be one of another machine.</remarks>
    /// <param name="folder">The folder; where there is none, nothing is done.</param>
    /// <param name="names">The final names that they were made for.</param>
    public static void RemoveLeft(string folder, IReadOnlyCollection<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        foreach (var left in Directory.Exists(folder) ? Directory.GetFiles(folder, "*.partial") : [])
        {
            if (FinalName(Path.GetFileName(left)) is { } name && names.Contains(name))
            {
                File.Delete(left);
            }
        }
    }

    // Renaming replaces what has the name: a link, not what it leads to, and a device as well as a file.
    private static string Replaced(string path)
    {
        path = new FileInfo(path) is { LinkTarget: not null } link ? link.ResolveLinkTarget(returnFinalTarget: true)!.FullName : path;
        var full = Path.GetFullPath(path);
        return Directory.Exists(path) ? throw new IOException($"{path}: expected a file to write, got a folder. Choose another name.")
            : !OperatingSystem.IsWindows() && (Within("/dev/") || Within("/proc/")) && !Within("/dev/shm/")
                ? throw new IOException($"{path}: expected a file to write, got a device. Choose another name.")
            : path;

        bool Within(string folder) => full.StartsWith(folder, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^(?<final>.+)\.[0-9a-f]{1,8}-[0-9a-f]{32}\.partial$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Temporary();
}
