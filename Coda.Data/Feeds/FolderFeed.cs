using System.Diagnostics;
using Coda.Data.Foundation;

namespace Coda.Data.Feeds;

/// <summary>A folder that grows: files of tidy rows, CSV or Parquet, each a batch, in the order of their names.</summary>
/// <remarks>
/// A file is written under another name (one that begins with a dot or ends in .partial or .tmp, which is passed over) and renamed, so that it is whole when it is
/// seen; a later file has a name that sorts after, by character, as 000123.csv does. One that sorts before a file that was taken is refused. Files stay; those
/// up to the ordinal that was acknowledged may be removed. A change wakes the reader at once; besides, it looks every second.
/// </remarks>
[System.ComponentModel.Description("A folder that grows: CSV or Parquet files of tidy rows, each a batch, in the order of their names.")]
public sealed class FolderFeed : ObservationFeed
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private readonly string _path;
    private readonly BatchReading _reading;
    private readonly SortedSet<string> _waiting = new(StringComparer.Ordinal);
    private readonly HashSet<string> _passed = new(StringComparer.Ordinal); // files up to the last one that are there rightly
    private readonly AutoResetEvent _changed = new(initialState: false);
    private FileSystemWatcher? _watcher;
    private string? _last;

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

        Scan();
    }

    /// <inheritdoc/>
    public override ObservationBatch? Next(TimeSpan wait, CancellationToken cancellation = default)
    {
        var start = Stopwatch.GetTimestamp();
        while (_waiting.Count == 0)
        {
            cancellation.ThrowIfCancellationRequested();
            Scan();
            if (_waiting.Count == 0)
            {
                var left = wait - Stopwatch.GetElapsedTime(start);
                if (left <= TimeSpan.Zero)
                {
                    return null;
                }

                WaitHandle.WaitAny([_changed, cancellation.WaitHandle], left < Look ? left : Look);
            }
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
        Scan();
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
        _watcher.Created += (_, _) => _changed.Set();
        _watcher.Renamed += (_, _) => _changed.Set();
        _watcher.EnableRaisingEvents = true;
    }

    private void Scan()
    {
        var names = Names();
        RefuseLate(names);
        var came = names.Where(IsAfter).ToList();
        if (came.FirstOrDefault(name => !IsBatch(name)) is { } other)
        {
            throw new InvalidDataException($"{System.IO.Path.Combine(_path, other)}: expected files of observations, .csv or .parquet, got another. Put it "
                + "elsewhere, or begin its name with a dot.");
        }

        if (came.Count > 0)
        {
            // Of files that come while a folder is listed, the list may have the later one without the earlier: one that is begun now has all up to the latest.
            var last = came.Max(StringComparer.Ordinal);
            _waiting.UnionWith(Names().Where(name => IsAfter(name) && string.CompareOrdinal(name, last) <= 0 && IsBatch(name)));
        }
    }

    // A list may have a name twice where another file is renamed meanwhile.
    private HashSet<string> Names() =>
        [.. Directory.EnumerateFiles(_path).Select(path => System.IO.Path.GetFileName(path)).Where(name => !IsTemporary(name))];

    private bool IsAfter(string name) => _last is null || string.CompareOrdinal(name, _last) > 0;

    private void RefuseLate(HashSet<string> names)
    {
        if (names.FirstOrDefault(name => !IsAfter(name) && !_passed.Contains(name)) is { } late)
        {
            throw Late(late);
        }

        if (_passed.Count > names.Count(name => !IsAfter(name)))
        {
            _passed.RemoveWhere(name => !names.Contains(name) && !File.Exists(System.IO.Path.Combine(_path, name))); // files that were taken may go
        }
    }

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
