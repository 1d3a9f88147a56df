namespace Coda.Pipelines.Functions;

/// <summary>A function over the rows of a column.</summary>
/// <param name="Function">What it computes.</param>
/// <param name="OutputColumnName">The name of the column added.</param>
/// <param name="InputColumnName">The name of the column read.</param>
/// <param name="BatchSize">The rows that one run takes, at least 1.</param>
internal sealed record RowTransformation(IRowFunction Function, string OutputColumnName, string InputColumnName, int BatchSize);
