using Coda.Data.Foundation;

namespace Coda.Data.Archives.Stores;

/// <summary>A folder for files that this process alone needs: on the disk for temporary files (<c>TMPDIR</c>), and gone with the process.</summary>
/// <remarks>What killed processes left is removed by the next one. Safe for use from several threads.</remarks>
public sealed class ScratchFolder
{
    private const string Name = "coda-scratch";
    private static readonly Lazy<ScratchFolder> Only = new(() => new ScratchFolder());
    private readonly string _path;
    private readonly IDisposable _held;
    private long _count;

    private ScratchFolder()
    {
        var parent = Path.GetTempPath();
        RemoveLeft(parent);
        _path = AtomicFile.TemporaryName(Path.Combine(parent, Name));
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(_path);
        }
        else
        {
            Directory.CreateDirectory(_path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        _held = FileLock.TryTake(LockOf(_path)) ?? throw new IOException($"{_path}: expected a folder of its own, got one that another process has.");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Remove();
    }

    /// <summary>That of this process, made when it is first asked for.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    public static ScratchFolder Shared => Only.Value;

    /// <summary>A path in it that was never given before.</summary>
    public string NewFile() => Path.Combine(_path, FormattableString.Invariant($"{Interlocked.Increment(ref _count)}"));

    private static string LockOf(string path) => Path.Combine(path, ".lock");

    private static void RemoveLeft(string parent)
    {
        foreach (var left in Leftovers.In(parent, name => name == Name).OfType<DirectoryInfo>().ToList())
        {
            try
            {
                // One without a lock was made just now.
                if (File.Exists(LockOf(left.FullName)) && FileLock.TryTake(LockOf(left.FullName)) is { } held)
                {
                    held.Dispose();
                    left.Delete(recursive: true);
                }
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                // Another user's, or another process is at it as well.
            }
        }
    }

    private void Remove()
    {
        _held.Dispose();
        try
        {
            Directory.Delete(_path, recursive: true);
        }
        catch (IOException)
        {
            // A file is open still; the next process removes it.
        }
    }
}
