namespace Coda.Figures.Inputs;

/// <summary>What a map shows.</summary>
/// <param name="Name">The field's name.</param>
/// <param name="Unit">Its unit; 1 where it has none.</param>
public sealed record MapField(string Name, string Unit);
