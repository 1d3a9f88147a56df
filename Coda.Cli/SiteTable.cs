using System.Globalization;
using Coda.Data.Observations;
using Spectre.Console;

namespace Coda.Cli;

/// <summary>What sites mean, for people and machines.</summary>
internal static class SiteTable
{
    private const int MostShown = 12;

    /// <summary>Site, name, position where it lies between points, and entry of the state, one row for each site.</summary>
    /// <param name="sites">The sites.</param>
    public static IEnumerable<Row> Rows(SiteMap sites) =>
        Enumerable.Range(0, sites.Entries.Count).Select(site => new Row(site, sites.Names?[site], sites.EntryAt(site))
        {
            Position = sites.Positions is { } at ? [.. Enumerable.Range(0, at.Dimensions).Select(axis => at.Given(site, axis))] : null,
        });

    /// <summary>Writes the table; of many sites the first, and how many there are.</summary>
    /// <param name="console">Where to write.</param>
    /// <param name="sites">The sites.</param>
    public static void Sites(this IAnsiConsole console, SiteMap sites)
    {
        var rows = Rows(sites).Take(MostShown).Select(r => (string[])[r.Site.ToString(CultureInfo.InvariantCulture), r.Name ?? At(r.Position), r.StateEntry]);
        string[] more = ["...", sites.Names is null ? "" : "...", $"{Tables.Count(sites.Entries.Count)} sites in all"];
        string[] heads = ["site", sites.Positions is null ? "name" : "position", "state entry"];
        console.Words("Sites → entries of the state", heads, sites.Entries.Count > MostShown ? [.. rows, more] : rows);
    }

    /// <summary>One site.</summary>
    /// <param name="Site">Its index.</param>
    /// <param name="Name">Its name, where it has one.</param>
    /// <param name="StateEntry">The entry of the state that it lies at.</param>
    internal sealed record Row(int Site, string? Name, string StateEntry)
    {
        /// <summary>Its coordinates, x first, where it lies between points of the grid.</summary>
        public double[]? Position { get; init; }
    }

    private static string At(double[]? position) =>
        position is null ? "" : string.Join(", ", position.Select(coordinate => coordinate.ToString("G6", CultureInfo.InvariantCulture)));
}
