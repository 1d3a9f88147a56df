using System.Globalization;
using Coda.Data.Foundation;

namespace Coda.Data.Archives.Runs;

/// <summary>The locks of a run's processes.</summary>
/// <param name="folder">The run's folder.</param>
internal sealed class RunLocks(string folder)
{
    /// <summary>Waits for the lock under which plans are made and tables sealed; held for moments.</summary>
    /// <remarks>It lies beside the folder, which is removed under it.</remarks>
    public IDisposable Plan() => FileLock.Take(Path.Combine(Path.GetDirectoryName(folder)!, ".run.lock"));

    /// <summary>Takes the lock of whoever writes the table at once; while it is held, no run of the table begins or goes on.</summary>
    /// <exception cref="IOException">Another process has it.</exception>
    public IDisposable TakeTable()
    {
        using var planning = Plan();
        return FileLock.TryTake(TablePath) ?? throw Written();
    }

    /// <summary>Refuses to begin while another writes the table at once; under the plan's lock.</summary>
    /// <exception cref="IOException">Another process does.</exception>
    public void RefuseWriter()
    {
        if (IsHeld(TablePath))
        {
            throw Written();
        }
    }

    /// <summary>Whether any process has a shard other than one; under the plan's lock.</summary>
    /// <param name="mine">The shard that does not count.</param>
    public bool AnyHeld(Shard? mine = null) => Shards().Any(shard => (mine is null || shard.Path != PathOf(mine)) && IsHeld(shard.Path));

    /// <summary>Takes the lock of one shard.</summary>
    /// <param name="shard">The shard.</param>
    /// <exception cref="IOException">Another process has it, or processes with another number of shards are at work.</exception>
    public IDisposable Take(Shard shard)
    {
        Directory.CreateDirectory(folder);
        var path = PathOf(shard);
        var held = FileLock.TryTake(path) ?? throw new IOException(
            $"{folder}: expected no other process on shard {shard}, got one. Wait for it, or give each process a shard of its own (--shard INDEX/COUNT).");
        foreach (var (other, count) in Shards())
        {
            if (count != shard.Count && IsHeld(other))
            {
                held.Dispose();
                throw new IOException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{folder}: expected no process with another number of shards than {shard.Count}, got one of {count}. "
                        + $"Wait for it, or use the same number."));
            }
        }

        return held;
    }

    private string PathOf(Shard shard) => Path.Combine(folder, FormattableString.Invariant($"shard-{shard.Index}-of-{shard.Count}.lock"));

    private string TablePath => Path.Combine(Path.GetDirectoryName(folder)!, ".write.lock");

    private IOException Written() => new(
        $"{Path.GetDirectoryName(folder)}: expected no other process that writes this table, got one. Wait for it, or choose another --output.");

    private IEnumerable<(string Path, int Count)> Shards() =>
        from path in Directory.Exists(folder) ? Directory.GetFiles(folder, "shard-*-of-*.lock") : []
        let count = int.TryParse(Path.GetFileNameWithoutExtension(path).Split('-')[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number : 0
        where count > 0
        select (path, count);

    private static bool IsHeld(string path)
    {
        using var held = FileLock.TryTake(path);
        return held is null;
    }
}
