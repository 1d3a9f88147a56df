namespace Coda.Data.Archives.Engines;

/// <summary>A named column of a table.</summary>
/// <param name="Name">The name in the Parquet schema.</param>
/// <param name="Type">The type of its entries.</param>
internal readonly record struct Column(string Name, ColumnType Type);
