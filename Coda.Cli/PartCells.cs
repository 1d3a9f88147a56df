using Coda.Data.Scoring;

namespace Coda.Cli;

/// <summary>What scores are taken apart by, as cells of a table: field, site and unit, as far as any row has them.</summary>
internal static class PartCells
{
    /// <summary>The heads of the columns.</summary>
    /// <param name="all">What all rows are of.</param>
    public static IReadOnlyList<string> Heads(IReadOnlyCollection<ScoredPart?> all) => Cells(all, "field", "site", "unit");

    /// <summary>The cells under <see cref="Heads"/>.</summary>
    /// <param name="part">What the row is of.</param>
    /// <param name="all">What all rows are of.</param>
    public static IReadOnlyList<string> Of(ScoredPart? part, IReadOnlyCollection<ScoredPart?> all) =>
        Cells(all, part?.Field ?? "", part?.Site ?? "", part is null or { Unit: "1" } ? "" : part.Unit);

    private static string[] Cells(IReadOnlyCollection<ScoredPart?> all, string field, string site, string unit) =>
    [
        .. all.Any(p => p is not null) ? [field] : Array.Empty<string>(),
        .. all.Any(p => p?.Site is not null) ? [site] : Array.Empty<string>(),
        .. all.Any(p => p is not (null or { Unit: "1" })) ? [unit] : Array.Empty<string>(),
    ];
}
