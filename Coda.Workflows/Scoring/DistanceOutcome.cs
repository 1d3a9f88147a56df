using Coda.Data.Scoring;

namespace Coda.Workflows.Scoring;

/// <summary>How far the members of one archive are from the reference's, at one field.</summary>
/// <param name="Name">The archive's directory.</param>
/// <param name="Model">Which model they come from, in words.</param>
/// <param name="Members">Their number.</param>
/// <param name="Distance">The distance.</param>
/// <param name="Ratio">The distance over that of the first archive.</param>
public sealed record DistanceOutcome(string Name, string? Model, int Members, MemberDistance Distance, double Ratio);
