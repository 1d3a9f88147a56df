namespace Coda.Data.Archives.Engines;

/// <summary>The types that an archive's columns have.</summary>
internal enum ColumnType
{
    /// <summary>Parquet INT32.</summary>
    Int32,

    /// <summary>Parquet INT64.</summary>
    Int64,

    /// <summary>Parquet FLOAT.</summary>
    Float,

    /// <summary>Parquet DOUBLE; read, and staged by imports, but in no archive.</summary>
    Double,

    /// <summary>A Parquet LIST of FLOAT.</summary>
    FloatList,
}
