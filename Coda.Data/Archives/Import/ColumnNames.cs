using Coda.Data.Foundation;

namespace Coda.Data.Archives.Import;

/// <summary>Finds a column by its name: the exact one, or the only one that differs in case.</summary>
internal static class ColumnNames
{
    private const int MostShown = 30;

    /// <summary>The place of a column.</summary>
    /// <param name="path">The file.</param>
    /// <param name="known">The names that the file has, in order.</param>
    /// <param name="name">The name to find.</param>
    /// <exception cref="InvalidDataException">There is no such column, or the name stands for several.</exception>
    public static int Find(string path, IReadOnlyList<string> known, string name)
    {
        foreach (var comparison in new[] { StringComparison.Ordinal, StringComparison.OrdinalIgnoreCase })
        {
            var places = known.Index().Where(k => string.Equals(k.Item, name, comparison)).ToList();
            if (places.Count == 1)
            {
                return places[0].Index;
            }

            if (places.Count > 1)
            {
                var got = string.Join(", ", places.Take(MostShown).Select(p => $"'{CellText.Of(p.Item)}' (column {p.Index + 1})"));
                throw new InvalidDataException(
                    $"{path}: expected one column '{CellText.Of(name)}', got {places.Count}: {got}. "
                    + "Give the columns names of their own, or name one as the file has it.");
            }
        }

        var nearest = NearestName.Of(name, known) is { } near ? $" Did you mean '{CellText.Of(near)}'?" : "";
        throw new InvalidDataException(
            $"{path}: expected a column '{CellText.Of(name)}', got {List(known)}.{nearest} Name the columns with the import's options.");
    }

    /// <summary>Whether every name is there, in any case.</summary>
    /// <param name="known">The names that the file has.</param>
    /// <param name="wanted">The names to find.</param>
    public static bool HasAll(IReadOnlyList<string> known, IReadOnlyList<string> wanted) =>
        wanted.All(w => known.Contains(w, StringComparer.OrdinalIgnoreCase));

    private static string List(IReadOnlyList<string> known) =>
        string.Join(", ", known.Take(MostShown).Select(CellText.Of)) + (known.Count > MostShown ? $" and {known.Count - MostShown} more" : "");
}
