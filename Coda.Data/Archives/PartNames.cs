using System.Globalization;

namespace Coda.Data.Archives;

/// <summary>Where the parts of tables lie in an archive.</summary>
internal static class PartNames
{
    /// <summary>The table's folder in the archive.</summary>
    /// <param name="table">The table.</param>
    public static string Folder(ArchiveTable table) => table.ToString().ToLowerInvariant();

    /// <summary>A part's path relative to the archive, with a forward slash.</summary>
    /// <param name="table">The table.</param>
    /// <param name="number">The part's number.</param>
    public static string Of(ArchiveTable table, int number) => FormattableString.Invariant($"{Folder(table)}/part-{number:D5}.parquet");

    /// <summary>Whether a text is a part's path relative to the archive, and so no other file's.</summary>
    /// <param name="text">The text.</param>
    public static bool IsPartName(string text) => Enum.GetValues<ArchiveTable>().Any(table =>
        text.StartsWith($"{Folder(table)}/part-", StringComparison.Ordinal) && text.EndsWith(".parquet", StringComparison.Ordinal)
        && int.TryParse(text.AsSpan(Folder(table).Length + 6, Math.Max(0, text.Length - Folder(table).Length - 14)), NumberStyles.None,
            CultureInfo.InvariantCulture, out var number)
        && text == Of(table, number));

    /// <summary>The names of a table's sealed parts, in order.</summary>
    /// <param name="description">The archive's description.</param>
    /// <param name="table">The table.</param>
    public static IEnumerable<string> In(ArchiveDescription description, ArchiveTable table) =>
        // By number: past 99,999 names grow longer.
        description.Checksums.Keys.Where(name => name.StartsWith(Folder(table) + "/", StringComparison.Ordinal)).OrderBy(name => name.Length)
            .ThenBy(name => name, StringComparer.Ordinal);
}
