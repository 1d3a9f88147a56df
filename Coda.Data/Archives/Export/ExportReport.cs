namespace Coda.Data.Archives.Export;

/// <summary>What was exported.</summary>
/// <param name="Table">The table.</param>
/// <param name="Format">What it was written as.</param>
/// <param name="Values">The numbers that were written, their spread or error not counted.</param>
/// <param name="Columns">The columns of rows, or the variables of NetCDF and Zarr.</param>
public sealed record ExportReport(ArchiveTable Table, ExportFormat Format, long Values, IReadOnlyList<string> Columns);
