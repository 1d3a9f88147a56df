using System.Text;

namespace Coda.Data.Archives.Import;

/// <summary>Columns whose values stand in the names of folders, as in <c>site=3/part-0.parquet</c>, the way Hive, Spark and Arrow write them.</summary>
internal static class PartitionPath
{
    private const string None = "__HIVE_DEFAULT_PARTITION__";

    /// <summary>The columns of a path and their values, UTF-8; an empty value where there is none.</summary>
    /// <param name="path">A file's path as the user named it, so that the current folder plays no part.</param>
    public static IReadOnlyDictionary<string, byte[]> ValuesOf(string path)
    {
        Dictionary<string, byte[]> values = new(StringComparer.Ordinal);
        foreach (var folder in (Path.GetDirectoryName(path) ?? "").Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar))
        {
            if (folder.IndexOf('=') is > 0 and var at)
            {
                var value = Uri.UnescapeDataString(folder[(at + 1)..]);
                values[Uri.UnescapeDataString(folder[..at])] = value == None ? [] : Encoding.UTF8.GetBytes(value);
            }
        }

        return values;
    }
}
