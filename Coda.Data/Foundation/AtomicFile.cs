namespace Coda.Data.Foundation;

/// <summary>Files written whole or not at all: a temporary name, a flush to disk, a rename.</summary>
public static class AtomicFile
{
    /// <summary>Writes a file so that readers, and a killed process, see the old content or the new one, never a part.</summary>
    /// <param name="path">The file to create or replace; its folder must exist.</param>
    /// <param name="write">Writes the content to the stream it is given.</param>
    /// <exception cref="IOException">The content could not be written, for example because the disk is full; the old file is untouched.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        var temporary = TemporaryName(path);
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Writes text as UTF-8, whole or not at all.</summary>
    /// <param name="path">The file to create or replace.</param>
    /// <param name="text">The new content.</param>
    public static void WriteText(string path, string text) =>
        Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));

    /// <summary>A name beside <paramref name="path"/> that no other writer uses; leftovers of killed runs end in <c>.partial</c>.</summary>
    /// <param name="path">The final name.</param>
    public static string TemporaryName(string path) =>
        $"{path}.{Environment.ProcessId:x}-{Guid.NewGuid():N}.partial";
}
