namespace Coda.Data.Archives.Stores;

/// <summary>Where the files of one archive are: a folder, or a place in an object store. Safe for use from several threads and processes.</summary>
/// <remarks>
/// Names are relative to the archive, with forward slashes. Files appear whole or not at all, and whoever lists or reads after that sees them. Documents that
/// several writers change (<c>archive.json</c>, plans) are replaced only where they still are what the writer had read, so that no lock is needed for their
/// content; claims spare writers of one table the work of which one would lose.
/// </remarks>
public interface IArchiveStore
{
    /// <summary>The archive's name, by which it is opened again: a full path, or an address such as s3://bucket/archive.</summary>
    string Place { get; }

    /// <summary>The folder that the files lie in; <see langword="null"/> where they cannot be opened by path and are fetched.</summary>
    string? Folder { get; }

    /// <summary>The files below a folder of the archive, by name in ordinal order; none where there is no such folder.</summary>
    /// <param name="folder">The folder, such as <c>analyses</c>, without a slash at its end; empty for the archive itself and all below.</param>
    /// <exception cref="IOException">The store cannot be reached.</exception>
    IReadOnlyList<StoredFile> List(string folder);

    /// <summary>Looks for a file.</summary>
    /// <param name="name">The file.</param>
    /// <returns>What it is; <see langword="null"/> where there is none.</returns>
    /// <exception cref="IOException">The store cannot be reached.</exception>
    /// <exception cref="InvalidDataException">Something of that name is there that is no file of the archive.</exception>
    StoredFile? Find(string name);

    /// <summary>Reads a range of a file.</summary>
    /// <param name="name">The file.</param>
    /// <param name="offset">The first byte.</param>
    /// <param name="into">Takes the bytes, as far as the file has them.</param>
    /// <returns>The number of bytes read: less than asked for only at the end of the file.</returns>
    /// <exception cref="IOException">There is no such file, or the store cannot be reached.</exception>
    int Read(string name, long offset, Span<byte> into);

    /// <summary>Copies a file into a stream.</summary>
    /// <param name="name">The file.</param>
    /// <param name="into">Takes the bytes.</param>
    /// <param name="cancellation">Stops between pieces.</param>
    /// <exception cref="IOException">There is no such file, or the store cannot be reached.</exception>
    void CopyTo(string name, Stream into, CancellationToken cancellation = default);

    /// <summary>The SHA-256 of what the store holds under a name, in lower-case hexadecimal.</summary>
    /// <param name="name">The file.</param>
    /// <param name="cancellation">Stops between pieces.</param>
    /// <exception cref="IOException">There is no such file, or the store cannot be reached.</exception>
    string Sha256(string name, CancellationToken cancellation = default);

    /// <summary>Reads a document whole, with its version.</summary>
    /// <param name="name">The file.</param>
    /// <returns>The document; <see langword="null"/> where there is none.</returns>
    /// <exception cref="IOException">The store cannot be reached.</exception>
    StoredDocument? ReadDocument(string name);

    /// <summary>Writes a document whole, where what is there is what the caller has read.</summary>
    /// <param name="name">The file.</param>
    /// <param name="content">The document.</param>
    /// <param name="version">The version that was read; <see langword="null"/> where there was none.</param>
    /// <returns>The version after; <see langword="null"/> where another writer has been there meanwhile and nothing was written.</returns>
    /// <exception cref="IOException">It could not be written; what was there is as it was, or, where the store did not answer, perhaps the new one.</exception>
    string? TryReplace(string name, ReadOnlyMemory<byte> content, string? version);

    /// <summary>A name under which a new part is added: the given one, or one that no other writer takes, where nobody can be kept from writing.</summary>
    /// <param name="name">The part's plain name.</param>
    string NewName(string name);

    /// <summary>A path on this machine's disk under which a file is made before it is added.</summary>
    /// <param name="name">The file's name in the archive.</param>
    string TemporaryFile(string name);

    /// <summary>Adds a file whole, where none of that name is; the local one is gone then.</summary>
    /// <param name="name">The name in the archive.</param>
    /// <param name="path">The local file, from <see cref="TemporaryFile"/>, flushed.</param>
    /// <param name="sha256">Its SHA-256, in lower-case hexadecimal.</param>
    /// <returns>Whether it was added; where one of the name is there, the local file stays.</returns>
    /// <exception cref="IOException">It could not be written; nothing was added, or, where the store did not answer, perhaps the file.</exception>
    bool TryAdd(string name, string path, string sha256);

    /// <summary>Removes a file; one that is not there is none.</summary>
    /// <param name="name">The file.</param>
    /// <exception cref="IOException">It cannot be removed.</exception>
    void Delete(string name);

    /// <summary>Claims something for this process until it lets go or ends, if nobody has it.</summary>
    /// <param name="name">The claim's file.</param>
    /// <returns>The claim; <see langword="null"/> where another process has it.</returns>
    /// <exception cref="IOException">The store cannot keep claims, or cannot be reached.</exception>
    IStoreClaim? TryClaim(string name);

    /// <summary>Removes what killed writers left of files under temporary names, whose makers the caller's claim excludes, and the folder if it is empty
    /// then.</summary>
    /// <param name="folder">A folder of the archive; empty for the archive itself.</param>
    /// <param name="isOf">Which final names, without the folder, they were made for.</param>
    void Tidy(string folder, Func<string, bool> isOf);
}
