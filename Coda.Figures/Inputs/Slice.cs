namespace Coda.Figures.Inputs;

/// <summary>The times and sites of a record's part.</summary>
/// <param name="Steps">The steps, evenly spaced and rising.</param>
/// <param name="Scale">Where they stand in time.</param>
/// <param name="Field">The field's name.</param>
/// <param name="Unit">Its unit; 1 where it has none.</param>
public sealed record Slice(IReadOnlyList<long> Steps, TimeScale Scale, string Field, string Unit)
{
    /// <summary>The sites' names; their numbers where there are none.</summary>
    public IReadOnlyList<string>? SiteNames { get; init; }

    /// <summary>Evenly spaced numbers of the sites whose values are at hand; all from 0 where there are none.</summary>
    public IReadOnlyList<int>? Sites { get; init; }

    /// <summary>The name of a site.</summary>
    /// <param name="site">Its place among those at hand, from 0.</param>
    internal string SiteAt(int site) => SiteNames?[site] ?? FormattableString.Invariant($"{Field}{site}");
}
