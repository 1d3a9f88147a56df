using Coda.Data.Foundation;

namespace Coda.Data.Cards;

/// <summary>The lock of whoever changes a model's folder: files of two runs in one folder would be no model.</summary>
public static class ModelLock
{
    /// <summary>The lock's file in the model's folder.</summary>
    public const string FileName = ".model.lock";

    /// <summary>Takes the lock. A folder that is made for it goes with it where nothing was written.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <exception cref="IOException">Another process has it.</exception>
    public static IDisposable Take(string folder)
    {
        var isNew = !Directory.Exists(folder);
        var held = FileLock.TryTake(PathOf(folder)) ?? throw new IOException(
            $"{folder}: expected no other process that writes this model, got one. Wait for it, or choose another --output.");
        return isNew ? new InNewFolder(held, folder) : held;
    }

    /// <summary>Takes the lock of a folder that is there if nobody has it.</summary>
    /// <param name="folder">The model's folder; it must exist.</param>
    /// <returns>What lets go of it when disposed; <see langword="null"/> where another has it.</returns>
    public static IDisposable? TryTake(string folder) => FileLock.TryTake(PathOf(folder));

    /// <summary>Waits for the lock.</summary>
    /// <param name="folder">The model's folder.</param>
    public static IDisposable Await(string folder) => FileLock.Take(PathOf(folder));

    private static string PathOf(string folder) => Path.Combine(folder, FileName);

    private sealed class InNewFolder(IDisposable held, string folder) : IDisposable
    {
        public void Dispose()
        {
            held.Dispose();
            if (!Directory.Exists(folder) || Directory.EnumerateFileSystemEntries(folder).Any())
            {
                return;
            }

            try
            {
                Directory.Delete(folder);
            }
            catch (IOException) when (Directory.Exists(folder))
            {
                // Another process began to write there just now: the folder is its own.
            }
        }
    }
}
