namespace Coda.Data.Archives.Export;

/// <summary>What a table of an archive is written as for other programs.</summary>
public enum ExportFormat
{
    /// <summary>Text with a row for each number (RFC 4180, UTF-8).</summary>
    Csv,

    /// <summary>One Parquet file with a row for each number.</summary>
    Parquet,

    /// <summary>A classic NetCDF file with CF conventions: arrays by trajectory, time, lead and place.</summary>
    NetCdf,

    /// <summary>A folder in Zarr, version 2, with the same arrays.</summary>
    Zarr,
}
