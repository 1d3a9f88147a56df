using System.Collections.Concurrent;
using System.Diagnostics;
using Coda.Data.Foundation;

namespace Coda.Data.Feeds;

/// <summary>A folder that grows: files of tidy rows, CSV or Parquet, each a batch, in the order of their names.</summary>
/// <remarks>
/// A file is written under another name (one that begins with a dot or ends in .partial or .tmp, which is passed over) and renamed, so that it is whole when it
/// is seen; a later file has a name that sorts after, by character, as 000123.csv does. One that sorts before a file that was taken is refused. Files stay;
/// those up to the ordinal that was acknowledged may be removed. The system tells of each file; besides, the folder is listed every
/// second, or more seldom where that takes long.
/// </remarks>
[System.ComponentModel.Description("A folder that grows: CSV or Parquet files of tidy rows, each a batch, in the order of their names.")]
public sealed class FolderFeed : ObservationFeed
{
    private const int ShareOfLists = 20; // of the time, one part goes into lists at most

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private readonly string _path;
    private readonly BatchReading _reading;
    private readonly SortedSet<string> _waiting = new(StringComparer.Ordinal);
    private readonly HashSet<string> _passed = new(StringComparer.Ordinal); // files up to the last one that are there rightly
    private readonly ConcurrentQueue<string> _told = new(); // names that came, as the system tells them
    private readonly AutoResetEvent _changed = new(initialState: false);
    private FileSystemWatcher? _watcher;
    private string? _last;
    private long _listed; // when the folder was listed
    private TimeSpan _every = Look; // until it is listed again
    private volatile bool _isUnsure; // whether the system has told less than came

    /// <summary>Makes the feed; nothing is read yet.</summary>
    /// <param name="context">Whose observations they are.</param>
    /// <param name="options">The folder.</param>
    public FolderFeed(FeedContext context, Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_path, _reading) = (options.Path.Length > 0 ? System.IO.Path.GetFullPath(options.Path) : "", new BatchReading(context));
    }

    /// <inheritdoc/>
    public override string Source => _path;

    /// <inheritdoc/>
    public override void Open(string? after, long taken, CancellationToken cancellation = default)
    {
        new Faults("folder").Require(_path.Length > 0, nameof(Options.Path), "a folder", "none").ThrowIfAny();
        if (!Directory.Exists(_path))
        {
            throw new DirectoryNotFoundException($"{_path}: expected a folder that observations arrive in, got none. Make it, or check the path.");
        }

        _last = after;
        Watch();
        _passed.UnionWith(Names().Where(name => !IsAfter(name)));
        if (_passed.Count > taken)
        {
            var newest = _passed.MaxBy(name => File.GetLastWriteTimeUtc(System.IO.Path.Combine(_path, name)));
            throw Late($"{_passed.Count - taken} more than were taken that do not, {newest} perhaps (the newest)");
        }

        List();
    }

    /// <inheritdoc/>
    public override ObservationBatch? Next(TimeSpan wait, CancellationToken cancellation = default)
    {
        var start = Stopwatch.GetTimestamp();
        while (!HasNext())
        {
            cancellation.ThrowIfCancellationRequested();
            var left = wait - Stopwatch.GetElapsedTime(start);
            if (left <= TimeSpan.Zero)
            {
                return null;
            }

            WaitHandle.WaitAny([_changed, cancellation.WaitHandle], left < Look ? left : Look);
        }

        var name = _waiting.Min!;
        var batch = Read(name, cancellation);
        _waiting.Remove(name);
        _passed.Add(name);
        _last = name;
        return batch;
    }

    /// <inheritdoc/>
    public override bool IsDrained()
    {
        List();
        return _waiting.Count == 0;
    }

    /// <inheritdoc/>
    /// <remarks>The files stay.</remarks>
    public override void Acknowledge(string ordinal)
    {
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _watcher?.Dispose();
        _changed.Dispose();
    }

    private void Watch()
    {
        _watcher = new FileSystemWatcher(_path) { NotifyFilter = NotifyFilters.FileName };
        _watcher.Created += (_, e) => Tell(e.Name);
        _watcher.Renamed += (_, e) => Tell(e.Name);
        _watcher.Error += (_, _) => (_isUnsure, _) = (true, _changed.Set());
        _watcher.EnableRaisingEvents = true;

        void Tell(string? name)
        {
            _told.Enqueue(name!);
            _changed.Set();
        }
    }

    private bool HasNext()
    {
        // What the system tells comes in the order in which it came; the list, now and then, is for what it does not tell, as on other machines' disks.
        while (_told.TryDequeue(out var name))
        {
            if (!IsTemporary(name))
            {
                Take(name);
            }
        }

        if (_isUnsure || Stopwatch.GetElapsedTime(_listed) > _every)
        {
            List();
        }

        while (_waiting.Count > 0 && !File.Exists(System.IO.Path.Combine(_path, _waiting.Min!)))
        {
            _waiting.Remove(_waiting.Min!); // it was put elsewhere before it was read
        }

        return _waiting.Count > 0;
    }

    private void Take(string name)
    {
        if (!IsAfter(name))
        {
            _ = _passed.Contains(name) || !File.Exists(System.IO.Path.Combine(_path, name)) ? true : throw Late(name);
        }
        else
        {
            _ = IsBatch(name) ? _waiting.Add(name) : throw new InvalidDataException(
                $"{System.IO.Path.Combine(_path, name)}: expected files of observations, .csv or .parquet, got another. Put it elsewhere, or begin its "
                    + "name with a dot.");
        }
    }

    private void List()
    {
        (_listed, _isUnsure) = (Stopwatch.GetTimestamp(), false);
        var names = Names();
        if (names.Where(IsAfter).ToList() is { Count: > 0 } came)
        {
            // Of files that come while a folder is listed, the list may have the later one without the earlier: one that is begun now has all up to the latest.
            var last = came.Max(StringComparer.Ordinal);
            names.UnionWith(Names().Where(name => string.CompareOrdinal(name, last) <= 0));
        }

        foreach (var name in names)
        {
            Take(name);
        }

        if (_passed.Count > names.Count(name => !IsAfter(name)))
        {
            _passed.RemoveWhere(name => !names.Contains(name) && !File.Exists(System.IO.Path.Combine(_path, name))); // files that were taken may go
        }

        var took = Stopwatch.GetElapsedTime(_listed) * ShareOfLists;
        (_listed, _every) = (Stopwatch.GetTimestamp(), took > Look ? took : Look);
    }

    // A list may have a name twice where another file is renamed meanwhile.
    private HashSet<string> Names() =>
        [.. Directory.EnumerateFiles(_path).Select(path => System.IO.Path.GetFileName(path)).Where(name => !IsTemporary(name))];

    private bool IsAfter(string name) => _last is null || string.CompareOrdinal(name, _last) > 0;

    private InvalidDataException Late(string what) => new(
        $"{_path}: expected names that sort after {_last}, the last file taken, got {what}. Give what came late a name that sorts after, or put it elsewhere.");

    private ObservationBatch Read(string name, CancellationToken cancellation)
    {
        var path = System.IO.Path.Combine(_path, name);
        return System.IO.Path.GetExtension(name) == ".csv" ? _reading.Csv(File.ReadAllBytes(path), name, path, cancellation) : _reading.Parquet(path, name);
    }

    private static bool IsBatch(string name) => System.IO.Path.GetExtension(name) is ".csv" or ".parquet";

    private static bool IsTemporary(string name) => name[0] == '.' || System.IO.Path.GetExtension(name) is ".partial" or ".tmp";

    /// <summary>The folder.</summary>
    public sealed record Options
    {
        /// <summary>The folder that files arrive in.</summary>
        public string Path { get; init; } = "";
    }
}
