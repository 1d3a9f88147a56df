using System.Diagnostics;
using System.Globalization;
using Coda.Data.Foundation;

namespace Coda.Data.Archives.Parts;

/// <summary>What killed writers leave: files and folders with a name of <see cref="AtomicFile.TemporaryName"/>, which tells whose they were.</summary>
internal static class Leftovers
{
    /// <summary>Removes those in a folder whose process is gone.</summary>
    /// <param name="folder">The folder; it must exist.</param>
    public static void Remove(string folder)
    {
        foreach (var path in Directory.GetFileSystemEntries(folder, "*.partial").Where(p => !IsInUse(p)))
        {
            if (Directory.Exists(path))
            {
                Directory.Delete(path, recursive: true);
            }
            else
            {
                File.Delete(path);
            }
        }
    }

    private static bool IsInUse(string path)
    {
        var tag = Path.GetFileName(path).Split('.')[^2];
        if (!int.TryParse(tag.Split('-')[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var id))
        {
            return true;
        }

        try
        {
            using var process = Process.GetProcessById(id);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
