using System.Globalization;
using Coda.Data.Archives.Import;

namespace Coda.Cli;

/// <summary>How an import's values lie, in words.</summary>
internal static class ImportedValuesTable
{
    /// <summary>Range, median, deviation, what was left out, and how full the record is.</summary>
    /// <param name="values">The values.</param>
    public static IEnumerable<(string Name, string? Value)> Facts(ImportedValues values) =>
    [
        ("rejected", values.Rejected > 0 ? Tables.Count(values.Rejected) : null),
        .. values.ByUnit?.Select(v => ($"values in {v.Key}", (string?)Spread(v.Value))) ?? [("values", Spread(values))],
        ("outliers", values.Outliers > values.Rejected ? Tables.Count(values.Outliers) : null),
        ("full", Share(values.Fullness)),
    ];

    private static string Spread(ImportedValues values) => string.Create(
        CultureInfo.InvariantCulture, $"{values.Smallest:G4} to {values.Largest:G4}, median {values.Median:G4}, robust deviation {values.Deviation:G4}");

    private static string Share(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:G3} % of trajectories x steps x sites");
}
