using Coda.Data.Archives.DuckDb;
using Coda.Data.Archives.Stored;

namespace Coda.Data.Archives.Import;

/// <summary>The names of the sites that Parquet files bring in their metadata, as parts of archives do, where the column of sites holds indices.</summary>
internal static class CarriedNames
{
    /// <summary>Reads the names.</summary>
    /// <param name="options">What to read, and how.</param>
    /// <returns>The names in the order of their index; <see langword="null"/> where no file has any.</returns>
    /// <exception cref="InvalidDataException">Files have different names, or some have none; or the names are those of entries in another order than the
    /// sites.</exception>
    public static IReadOnlyList<string>? Of(ImportOptions options)
    {
        var files = InputFile.Expand(options.Files);
        IReadOnlyList<string>?[] carried = [.. files.Select(Read)];
        for (var file = 1; file < carried.Length; file++)
        {
            if (!(carried[file] ?? []).SequenceEqual(carried[0] ?? []))
            {
                throw new InvalidDataException(
                    $"{files[file]}: expected the site names of {files[0]} ({Text(carried[0])}), got {Text(carried[file])}. "
                    + "The indices of the sites mean other sites; import the files one by one.");
            }
        }

        return carried.FirstOrDefault() is not { } names || SiteBinding.Of(options, names).Names.SequenceEqual(names)
            ? carried.FirstOrDefault()
            : throw new InvalidDataException(
                $"{files[0]}: expected sites in the order of the entries that they are called like, got {Text(names)}. "
                + "Say with locations which entry each site observes.");
    }

    private static IReadOnlyList<string>? Read(string file) => InputFile.BeginsAsParquet(file)
        ? ObservationTable.ReadSiteNames(file, DuckDbEngine.Shared) : null;

    private static string Text(IReadOnlyList<string>? names) => names is null ? "none" : string.Join(", ", names.Take(5)) + (names.Count > 5 ? ", ..." : "");
}
