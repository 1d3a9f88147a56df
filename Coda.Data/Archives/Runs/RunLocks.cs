using System.Globalization;

namespace Coda.Data.Archives.Runs;

/// <summary>The locks of a run's processes: files held open, which the system lets go of when a process ends, however it ends.</summary>
/// <param name="folder">The run's folder.</param>
internal sealed class RunLocks(string folder)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits for the lock under which plans are made and tables sealed; held for moments.</summary>
    public FileStream Plan()
    {
        while (true)
        {
            Directory.CreateDirectory(folder); // the process that seals removes it
            if (TryOpen(Path.Combine(folder, "plan.lock")) is { } held)
            {
                return held;
            }

            Thread.Sleep(Pause);
        }
    }

    /// <summary>Takes the lock of one shard.</summary>
    /// <param name="shard">The shard.</param>
    /// <exception cref="IOException">Another process has it, or processes with another number of shards are at work.</exception>
    public FileStream Take(Shard shard)
    {
        var path = PathOf(shard);
        var held = TryOpen(path) ?? throw new IOException(
            $"{folder}: expected no other process on shard {shard}, got one. Wait for it, or give each process a shard of its own (--shard INDEX/COUNT).");
        foreach (var other in Directory.GetFiles(folder, "shard-*-of-*.lock"))
        {
            var count = int.Parse(Path.GetFileNameWithoutExtension(other).Split('-')[^1], CultureInfo.InvariantCulture);
            if (count != shard.Count && IsHeld(other))
            {
                held.Dispose();
                throw new IOException(FormattableString.Invariant(
                    $"{folder}: expected no process with another number of shards than {shard.Count}, got one of {count}. Wait for it, or use the same number."));
            }
        }

        return held;
    }

    private string PathOf(Shard shard) => Path.Combine(folder, FormattableString.Invariant($"shard-{shard.Index}-of-{shard.Count}.lock"));

    private static bool IsHeld(string path)
    {
        using var stream = TryOpen(path);
        return stream is null;
    }

    // FileShare.None is an exclusive lock.
    private static FileStream? TryOpen(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException fault) when ((fault.HResult & 0xFFFF) is 11 or 35 or 32 or 33) // EAGAIN on Linux and macOS, sharing and lock violations on Windows
        {
            return null;
        }
    }
}
