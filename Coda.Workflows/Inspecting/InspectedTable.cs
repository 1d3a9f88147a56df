namespace Coda.Workflows.Inspecting;

/// <summary>A table of an archive.</summary>
/// <param name="Rows">The number of its rows.</param>
/// <param name="Parts">The number of its files.</param>
public sealed record InspectedTable(long Rows, int Parts);
