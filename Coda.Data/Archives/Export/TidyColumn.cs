namespace Coda.Data.Archives.Export;

/// <summary>A column of rows that are written in blocks.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Values">Room for a block: integers of 32 or 64 bits, numbers in single or double precision, texts or dates.</param>
internal sealed record TidyColumn(string Name, Array Values);
