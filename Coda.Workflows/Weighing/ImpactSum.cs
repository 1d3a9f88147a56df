namespace Coda.Workflows.Weighing;

/// <summary>What a group of observations was worth in all: those of a site, a field, a time.</summary>
/// <param name="Name">The group's name.</param>
/// <param name="Count">The observations.</param>
/// <param name="Impact">The sum of their impacts over the number of cases: the change of a forecast's error that they bring on average.</param>
/// <param name="Beneficial">The share of them that made the forecast better.</param>
/// <param name="Influence">The mean of their influences.</param>
public sealed record ImpactSum(string Name, int Count, double Impact, double Beneficial, double Influence)
{
    /// <summary>The site's number, or the step; nothing for other groups.</summary>
    public long? Key { get; init; }

    /// <summary>By how much one more observation there would lower the forecast's mean variance, on average; nothing where nobody asked, or knows.</summary>
    public double? Target { get; init; }
}
