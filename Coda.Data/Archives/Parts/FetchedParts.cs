using Coda.Data.Archives.Stores;

namespace Coda.Data.Archives.Parts;

/// <summary>Parts that were fetched from stores, kept on this machine's disk while there is room: those that are read again and again are fetched once. Safe
/// for use from several threads.</summary>
/// <remarks>They are kept by their content, which each is compared with; those that were read longest ago go first, and all with the process.</remarks>
/// <param name="room">The most bytes kept beyond those that are being read.</param>
internal sealed class FetchedParts(long room)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private long _time;

    /// <summary>Those of this process: 4 GiB, some 250 parts.</summary>
    public static FetchedParts Shared { get; } = new(4L << 30);

    /// <summary>Fetches a part, unless it is here.</summary>
    /// <param name="store">Where it is.</param>
    /// <param name="name">Its name in the archive.</param>
    /// <param name="checksum">Its SHA-256, as archive.json has it.</param>
    /// <param name="cancellation">Stops the fetching.</param>
    /// <exception cref="ArchiveFormatException">It is another.</exception>
    /// <exception cref="IOException">It cannot be fetched, or there is no room on the disk.</exception>
    public FetchedPart Take(IArchiveStore store, string name, string checksum, CancellationToken cancellation = default)
    {
        Entry entry;
        lock (_lock)
        {
            if (!_entries.TryGetValue(checksum, out entry!))
            {
                _entries.Add(checksum, entry = new Entry(ScratchFolder.Shared.NewFile()));
            }

            (entry.Readers, entry.Used) = (entry.Readers + 1, ++_time);
        }

        try
        {
            entry.Fetch(path => Fetch(store, name, checksum, path, cancellation));
        }
        catch
        {
            Release(checksum, entry);
            throw;
        }

        MakeRoom();
        return new FetchedPart(entry.Path, () => Release(checksum, entry));
    }

    /// <summary>Copies a part as the store holds it now.</summary>
    /// <param name="store">Where it is.</param>
    /// <param name="name">Its name in the archive.</param>
    /// <param name="checksum">Its SHA-256, as archive.json has it.</param>
    /// <param name="path">The file for the copy; none is left where it fails.</param>
    /// <param name="cancellation">Stops the copying.</param>
    /// <returns>Its length, in bytes.</returns>
    /// <exception cref="ArchiveFormatException">It is another.</exception>
    /// <exception cref="IOException">It cannot be fetched, or there is no room on the disk.</exception>
    public static long Fetch(IArchiveStore store, string name, string checksum, string path, CancellationToken cancellation)
    {
        try
        {
            using (var file = File.Create(path))
            {
                store.CopyTo(name, file, cancellation);
            }

            PartChecks.Check(path, store.PlaceOf(name), checksum, cancellation);
            return new FileInfo(path).Length;
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    private void Release(string checksum, Entry entry)
    {
        lock (_lock)
        {
            if (--entry.Readers == 0 && entry.Length == 0)
            {
                _entries.Remove(checksum);
            }
        }

        MakeRoom();
    }

    private void MakeRoom()
    {
        lock (_lock)
        {
            var kept = _entries.Values.Sum(entry => entry.Length);
            foreach (var (checksum, entry) in _entries.Where(e => e.Value is { Readers: 0, Length: > 0 }).OrderBy(e => e.Value.Used).ToList())
            {
                if (kept <= room)
                {
                    return;
                }

                File.Delete(entry.Path);
                _entries.Remove(checksum);
                kept -= entry.Length;
            }
        }
    }

    private sealed class Entry(string path)
    {
        private readonly Lock _fetching = new();

        public string Path => path;

        public int Readers { get; set; }

        public long Used { get; set; }

        public long Length { get; private set; }

        // By one of those that want it, for which the others wait.
        public void Fetch(Func<string, long> fetch)
        {
            lock (_fetching)
            {
                if (Length == 0)
                {
                    Length = fetch(path);
                }
            }
        }
    }
}
