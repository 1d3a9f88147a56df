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
    private readonly AutoResetEvent _changed = new(initialState: false);
    private FileSystemWatcher? _watcher;
    private string? _last;
    private long _passed; // files up to the last one that are there rightly

    /// <summary>Makes the feed; nothing is read yet.</summary>
    /// <param name="context">Whose observations they are.</param>
    /// <param name="options">The folder.</param>
    /// <exception cref="ArgumentException">No folder is named.</exception>
    public FolderFeed(FeedContext context, Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        new Faults("folder").Require(options.Path.Length > 0, nameof(options.Path), "a folder", "none").ThrowIfAny();
        (_path, _reading) = (System.IO.Path.GetFullPath(options.Path), new BatchReading(context));
    }

    /// <inheritdoc/>
    public override string Source => _path;

    /// <inheritdoc/>
    public override void Open(string? after, long taken, CancellationToken cancellation = default)
    {
        if (!Directory.Exists(_path))
        {
            throw new DirectoryNotFoundException($"{_path}: expected a folder that observations arrive in, got none. Make it, or check the path.");
        }

        (_last, _passed) = (after, taken);
        Watch();
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
        (_last, _passed) = (name, _passed + 1);
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
        var (passed, late) = (0L, (FileInfo?)null);
        foreach (var file in new DirectoryInfo(_path).EnumerateFiles().Where(file => !IsTemporary(file.Name)))
        {
            if (_last is not null && string.CompareOrdinal(file.Name, _last) <= 0)
            {
                passed++;
                late = late is null || file.LastWriteTimeUtc > late.LastWriteTimeUtc ? file : late;
            }
            else if (!IsBatch(file.Name))
            {
                throw new InvalidDataException(
                    $"{file.FullName}: expected files of observations, .csv or .parquet, got another. Put it elsewhere, or begin its name with a dot.");
            }
            else
            {
                _waiting.Add(file.Name);
            }
        }

        if (passed > _passed)
        {
            throw new InvalidDataException(
                $"{_path}: expected names that sort after {_last}, the last file taken, got {passed - _passed} that do not, {late!.Name} perhaps (the newest of "
                    + "those before). Give what came late a name that sorts after, or put it elsewhere.");
        }

        _passed = passed; // files that were taken may be removed
    }

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
