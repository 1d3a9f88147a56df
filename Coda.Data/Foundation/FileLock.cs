namespace Coda.Data.Foundation;

/// <summary>Locks between processes: files held open, which the system lets go of when a process ends, however it ends.</summary>
/// <remarks>
/// They hold on local disks, and on network file systems that support flock. The file is removed with the lock; what a killed process left, a file of zeros,
/// is taken over.
/// </remarks>
public static class FileLock
{
    private const int Attempts = 5;
    private const int MostRemoved = 1000;
    private const int MostLength = 0xfff;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Takes a lock if nobody has it.</summary>
    /// <param name="path">The lock's file; folders are made if need be.</param>
    /// <returns>What lets go of it when disposed; <see langword="null"/> where another has it.</returns>
    /// <exception cref="IOException">The file cannot be made, or is somebody's own, or the file system has no locks.</exception>
    public static IDisposable? TryTake(string path)
    {
        for (var (refused, removed) = (0, 0); refused < Attempts;)
        {
            if (!TryOpenHere(path, out var held))
            {
                return null;
            }

            // A lock on a file that was removed meanwhile excludes nobody; whoever has the next one made it just now.
            if (held is null || !IsAt(held, path))
            {
                held?.Dispose();
                if (++removed == MostRemoved)
                {
                    throw new IOException(
                        $"{path}: expected a file system that shows a file's length under its name, got one that does not. Choose another folder.");
                }

                continue;
            }

            // .NET takes a file system without locks for one where nobody has any: a second one must meet the first.
            if (IsMet(path))
            {
                return new Held(held, path);
            }

            held.Dispose();
            refused++;
        }

        throw new IOException($"{path}: expected a file system with locks (flock), got one without. Mount it with flock, or choose another folder.");
    }

    /// <summary>Waits for a lock.</summary>
    /// <param name="path">The lock's file.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>What lets go of it when disposed.</returns>
    /// <exception cref="IOException">As for <see cref="TryTake"/>.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static IDisposable Take(string path, CancellationToken cancellation = default)
    {
        while (true)
        {
            if (TryTake(path) is { } held)
            {
                return held;
            }

            cancellation.WaitHandle.WaitOne(Pause);
            cancellation.ThrowIfCancellationRequested();
        }
    }

    // False where another has the file; none where its folder was removed meanwhile.
    private static bool TryOpenHere(string path, out FileStream? held)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        try
        {
            held = TryOpen(path, FileMode.OpenOrCreate);
        }
        catch (DirectoryNotFoundException)
        {
            held = null;
            return true;
        }

        if (held is not null && !IsOurs(held))
        {
            held.Dispose();
            throw new IOException(
                $"{path}: expected a lock, which this file's name stands for, got a file with content. Move it to another folder or give it another name.");
        }

        return held is not null;
    }

    // The marks set below are lengths; nothing is ever written.
    private static bool IsOurs(FileStream held)
    {
        var content = new byte[MostLength + 1];
        return held.ReadAtLeast(content, content.Length, throwOnEndOfStream: false) <= MostLength && !content.AsSpan().ContainsAnyExcept((byte)0);
    }

    // Whether the file that is locked is the one of that name still: a mark set on the one shows on the other. (.NET tells no file's identity.)
    private static bool IsAt(FileStream held, string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return true; // an open file cannot be removed there
        }

        // Its length, for whoever may write may set that, and no other lock is in the way of reading it; three draws of 4,096 coincide never.
        return Guid.NewGuid().ToByteArray().Chunk(2).Take(3).All(bytes =>
        {
            var mark = BitConverter.ToUInt16(bytes) & MostLength;
            held.SetLength(mark);
            return new FileInfo(path) is { Exists: true } found && found.Length == mark;
        });
    }

    private static bool IsMet(string path)
    {
        try
        {
            using var second = TryOpen(path, FileMode.Open);
            return second is null;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (DirectoryNotFoundException)
        {
            return false;
        }
    }

    private static FileStream? TryOpen(string path, FileMode mode)
    {
        try
        {
            return new FileStream(path, mode, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException fault) when ((fault.HResult & 0xFFFF) is 11 or 35 or 32 or 33) // EAGAIN on Linux and macOS, sharing and lock violations on Windows
        {
            return null;
        }
    }

    private sealed class Held(FileStream stream, string path) : IDisposable
    {
        public void Dispose()
        {
            if (!OperatingSystem.IsWindows() && stream.CanRead && File.Exists(path))
            {
                File.Delete(path); // while it is ours
            }

            stream.Dispose();
        }
    }
}
