using System.Globalization;
using System.Text.RegularExpressions;

namespace Coda.Data.Archives;

/// <summary>Where the parts of tables lie in an archive.</summary>
internal static partial class PartNames
{
    private const string Extension = ".parquet";

    /// <summary>The table's folder in the archive.</summary>
    /// <param name="table">The table.</param>
    public static string Folder(ArchiveTable table) => table.ToString().ToLowerInvariant();

    /// <summary>A part's path relative to the archive, with a forward slash.</summary>
    /// <param name="table">The table.</param>
    /// <param name="number">The part's number.</param>
    public static string Of(ArchiveTable table, int number) => FormattableString.Invariant($"{Folder(table)}/part-{number:D5}.parquet");

    /// <summary>The plain name of a part, which says its table and number and nothing else.</summary>
    /// <param name="name">Its name.</param>
    public static string Plain(string name) => $"{Part().Match(name).Groups["plain"].Value}{Extension}";

    /// <summary>The number of a part.</summary>
    /// <param name="name">Its path relative to the archive.</param>
    public static int Number(string name) => NumberOf(name) ?? throw new ArgumentException($"Expected the name of a part, got '{name}'.", nameof(name));

    /// <summary>Whether a text is a part's path relative to the archive, and so no other file's.</summary>
    /// <param name="text">The text.</param>
    public static bool IsPartName(string text) => NumberOf(text) is not null;

    /// <summary>The names of a table's sealed parts, in order.</summary>
    /// <param name="description">The archive's description.</param>
    /// <param name="table">The table.</param>
    public static IEnumerable<string> In(ArchiveDescription description, ArchiveTable table) =>
        description.Checksums.Keys.Where(name => name.StartsWith(Folder(table) + "/", StringComparison.Ordinal)).OrderBy(Number)
            .ThenBy(name => name, StringComparer.Ordinal);

    private static int? NumberOf(string text)
    {
        var match = Part().Match(text);
        return match.Success && int.TryParse(match.Groups["number"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && Enum.GetValues<ArchiveTable>().Any(table => Of(table, number) == match.Groups["plain"].Value + Extension) ? number : null;
    }

    [GeneratedRegex(@"^(?<plain>[a-z]+/part-(?<number>[0-9]{5,10}))(-[0-9a-f]{12})?\.parquet\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Part();
}
