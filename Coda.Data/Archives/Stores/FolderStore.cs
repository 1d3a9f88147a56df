using System.Security.Cryptography;
using Coda.Data.Foundation;

namespace Coda.Data.Archives.Stores;

/// <summary>An archive in a folder; claims are locks that the system lets go of when a process ends.</summary>
/// <param name="root">The folder's full path; it need not be there.</param>
internal sealed class FolderStore(string root) : IArchiveStore
{
    // Under which documents are compared and replaced; held for moments.
    private const string Replacing = ".archive.lock";

    /// <inheritdoc/>
    public string Place => root;

    /// <inheritdoc/>
    public string? Folder => root;

    /// <inheritdoc/>
    public IReadOnlyList<StoredFile> List(string folder)
    {
        var path = At(folder);
        return Directory.Exists(path)
            ? [.. new DirectoryInfo(path).EnumerateFiles("*", SearchOption.AllDirectories)
                .Select(file => new StoredFile(Path.GetRelativePath(root, file.FullName).Replace('\\', '/'), file.Exists ? file.Length : 0))
                .OrderBy(file => file.Name, StringComparer.Ordinal)]
            : [];
    }

    /// <inheritdoc/>
    public StoredFile? Find(string name) =>
        NamedFile.Find(Path.GetDirectoryName(At(name))!, Path.GetFileName(name)) is { } path
            ? new StoredFile(name, new FileInfo(path).Length) : null;

    /// <inheritdoc/>
    public int Read(string name, long offset, Span<byte> into)
    {
        using var file = File.OpenHandle(At(name));
        var done = 0;
        for (int read; done < into.Length && (read = RandomAccess.Read(file, into[done..], offset + done)) > 0; done += read)
        {
        }

        return done;
    }

    /// <inheritdoc/>
    public void CopyTo(string name, Stream into, CancellationToken cancellation = default)
    {
        using var file = File.OpenRead(At(name));
        file.CopyTo(into);
        cancellation.ThrowIfCancellationRequested();
    }

    /// <inheritdoc/>
    public string Sha256(string name, CancellationToken cancellation = default) => FileHash.Sha256(At(name), cancellation);

    /// <inheritdoc/>
    public StoredDocument? ReadDocument(string name)
    {
        try
        {
            var content = File.ReadAllBytes(At(name));
            return new(content, VersionOf(content));
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public string? TryReplace(string name, ReadOnlyMemory<byte> content, string? version)
    {
        using var held = FileLock.Take(At(Replacing));
        var path = At(name);
        var folder = Directory.CreateDirectory(Path.GetDirectoryName(path)!).FullName;
        if (folder == root) // those of runs go with their folder, which may hold a manifest for each of many parts
        {
            Leftovers.Remove(folder, left => left == Path.GetFileName(path));
        }

        if (ReadDocument(name)?.Version != version)
        {
            return null;
        }

        AtomicFile.Write(path, stream => stream.Write(content.Span));
        return VersionOf(content.Span);
    }

    /// <inheritdoc/>
    public string NewName(string name) => name;

    /// <inheritdoc/>
    public string TemporaryFile(string name)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
        return AtomicFile.TemporaryName(At(name));
    }

    /// <inheritdoc/>
    public bool TryAdd(string name, string path, string sha256)
    {
        if (File.Exists(At(name)))
        {
            return false;
        }

        File.Move(path, At(name));
        return true;
    }

    /// <inheritdoc/>
    public void Delete(string name)
    {
        if (File.Exists(At(name)))
        {
            File.Delete(At(name));
        }
    }

    /// <inheritdoc/>
    public IStoreClaim? TryClaim(string name) => FileLock.TryTake(At(name)) is { } held ? new Claim(held) : null;

    /// <inheritdoc/>
    public void Tidy(string folder, Func<string, bool> isOf)
    {
        if (Directory.Exists(At(folder)))
        {
            if (folder.Length == 0)
            {
                FileLock.TryTake(At(Replacing))?.Dispose(); // what a killed process left of it
            }

            Leftovers.Remove(At(folder), isOf);
            OwnFolder.RemoveIfEmpty(At(folder));
        }
    }

    private static string VersionOf(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private string At(string name) => Path.Combine(root, name);

    private sealed class Claim(IDisposable held) : IStoreClaim
    {
        public void Require()
        {
        }

        public void Dispose() => held.Dispose();
    }
}
