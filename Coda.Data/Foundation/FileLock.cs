namespace Coda.Data.Foundation;

/// <summary>Locks between processes: files held open, which the system lets go of when a process ends, however it ends.</summary>
/// <remarks>They hold on local disks, and on network file systems that support flock.</remarks>
public static class FileLock
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Takes a lock if nobody has it.</summary>
    /// <param name="path">The lock's file, which is made if need be and stays.</param>
    /// <returns>What lets go of it when disposed; <see langword="null"/> where another has it.</returns>
    /// <exception cref="IOException">The file cannot be made.</exception>
    public static IDisposable? TryTake(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException fault) when ((fault.HResult & 0xFFFF) is 11 or 35 or 32 or 33) // EAGAIN on Linux and macOS, sharing and lock violations on Windows
        {
            return null;
        }
    }

    /// <summary>Waits for a lock.</summary>
    /// <param name="path">The lock's file.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>What lets go of it when disposed.</returns>
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
}
