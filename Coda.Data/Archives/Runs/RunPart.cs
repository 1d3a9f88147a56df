namespace Coda.Data.Archives.Runs;

/// <summary>A part that a run makes: one file of a table.</summary>
/// <param name="Number">The number in the file's name.</param>
/// <param name="Range">The states that it holds.</param>
public sealed record RunPart(int Number, RecordRange Range);
