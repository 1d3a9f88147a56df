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

    /// <summary>The name of a site.</summary>
    /// <param name="site">Its number from 0.</param>
    internal string SiteAt(int site) => SiteNames?[site] ?? FormattableString.Invariant($"{Field}{site}");
}
