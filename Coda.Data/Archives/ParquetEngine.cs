namespace Coda.Data.Archives;

/// <summary>What reads and writes an archive's Parquet files. Either reads what the other wrote.</summary>
public enum ParquetEngine
{
    /// <summary>DuckDB, a native library: the default.</summary>
    DuckDb,

    /// <summary>Parquet.Net: managed code only.</summary>
    ParquetNet,
}
