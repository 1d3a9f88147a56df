namespace Coda.Tests.Interop;

/// <summary>What a reader found in a table.</summary>
/// <param name="Parts">For each part its leaf columns, as in <c>step INT64, value FLOAT</c>.</param>
/// <param name="Columns">For each column its entries: numbers in full, lists with blanks between them.</param>
internal sealed record TableColumns(string[] Parts, IReadOnlyDictionary<string, string[]> Columns);
