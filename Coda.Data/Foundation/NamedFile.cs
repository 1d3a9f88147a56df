namespace Coda.Data.Foundation;

/// <summary>A file whose name comes out of another file: a plain name, of a regular file in that folder, and nothing else.</summary>
/// <remarks>A name that leads elsewhere would have Coda read, hash or delete what it should not, and a device or a pipe never ends.</remarks>
public static class NamedFile
{
    /// <summary>What is wrong with a name as that of a file in a folder; <see langword="null"/> for a plain one.</summary>
    /// <param name="name">The name, as it was read.</param>
    public static string? Fault(string name) =>
        name.Length == 0 ? "an empty name"
        : name is "." or ".." || name.AsSpan().IndexOfAny('/', '\\', ':') >= 0 ? "one that leads to another folder"
        : name.Any(char.IsControl) ? "one with control characters"
        : null;

    /// <summary>The path of a file, which is there.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="name">A plain name.</param>
    /// <returns>The path; <see langword="null"/> where there is no such file.</returns>
    /// <exception cref="InvalidDataException">It is a folder, a link to a file outside the folder, or no regular file.</exception>
    public static string? Find(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        if (Directory.Exists(path))
        {
            throw new InvalidDataException($"{path}: expected a file, got a folder.");
        }

        var file = new FileInfo(path);
        if (!file.Exists)
        {
            return null;
        }

        if (file.LinkTarget is not null)
        {
            var (home, target) = (Real(Path.GetFullPath(folder)), Real(path));
            file = new FileInfo(target);
            if (Path.GetDirectoryName(target) != home || !file.Exists)
            {
                throw new InvalidDataException($"{path}: expected a file of this folder, got a link out of it. Copy the file here.");
            }
        }

        // Devices, pipes and sockets have no length, and no file that a name of ours stands for is empty.
        return file.Length > 0 ? path : throw new InvalidDataException($"{path}: expected a regular file with content, got an empty one, or a device or pipe.");
    }

    // With every link on the way resolved.
    private static string Real(string path)
    {
        var parent = Path.GetDirectoryName(path);
        var real = parent is null ? path : Path.Combine(Real(parent), Path.GetFileName(path));
        FileSystemInfo? target = Directory.Exists(real)
            ? new DirectoryInfo(real).ResolveLinkTarget(returnFinalTarget: true) : new FileInfo(real).ResolveLinkTarget(returnFinalTarget: true);
        return target is null ? real : Real(target.FullName);
    }
}
