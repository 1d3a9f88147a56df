namespace Coda.Tests.Interop;

/// <summary>A reader of Parquet files that shares no code with Coda's engines.</summary>
internal interface ITableReader
{
    /// <summary>Reads all parts of a table.</summary>
    /// <param name="archive">The archive's folder.</param>
    /// <param name="table">The table's name.</param>
    TableColumns Read(string archive, string table);
}
