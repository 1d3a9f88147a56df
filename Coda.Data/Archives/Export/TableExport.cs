using Coda.Data.Archives.Parts;
using Coda.Data.Archives.ParquetNet;
using Coda.Data.Archives.Stored;
using Coda.Data.Foundation;

namespace Coda.Data.Archives.Export;

/// <summary>Writes a table of an archive for other programs: rows in CSV or Parquet, arrays in NetCDF or Zarr.</summary>
/// <remarks>
/// Streams: memory holds a block of rows, and of NetCDF the times. The bytes depend on the numbers and the archive's description alone, not on how the table is
/// cut into parts.
/// </remarks>
public static class TableExport
{
    /// <summary>Writes the file, whole or not at all.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="table">The table; of observations, those withheld are among them.</param>
    /// <param name="path">The file to create or replace; of Zarr, a folder that is not there.</param>
    /// <param name="format">What to write.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <param name="cancellation">Stops it; then nothing is written.</param>
    /// <exception cref="ArgumentException">The format cannot say what the table holds: names of fields, dates.</exception>
    /// <exception cref="ArchiveFormatException">There is no such table, or a part is damaged.</exception>
    /// <exception cref="IOException">The disk has no room, or the file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static ExportReport Run(
        ParquetArchive archive, ArchiveTable table, string path, ExportFormat format, IProgress<double>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(archive);
        var exported = new ExportedTable(archive, table);
        var (values, columns) = (0L, Array.Empty<string>());
        if (format == ExportFormat.Zarr)
        {
            Folder(path, folder =>
            {
                var arrays = new NetCdfTable(exported, cancellation);
                DiskRoom.Require(path, arrays.Bytes, "Zarr has a place for every site at every time; CSV and Parquet have rows of what is there only");
                (values, columns) = (arrays.Write(folder, progress, cancellation), [.. arrays.Columns]);
                archive.RequireSame(table);
            });
            return new ExportReport(table, format, values, columns);
        }

        AtomicFile.Write(path, stream =>
        {
            (values, columns) = format == ExportFormat.NetCdf
                ? Arrays(stream, exported, path, progress, cancellation) : Rows(stream, exported, format, progress, cancellation);
            archive.RequireSame(table);
        });
        return new ExportReport(table, format, values, columns);
    }

    private static void Folder(string path, Action<string> write)
    {
        path = Path.TrimEndingDirectorySeparator(path);
        if (Path.Exists(path))
        {
            throw new IOException($"{path}: expected no file or folder, as Zarr is a folder of its own, got one. Remove it, or choose another name.");
        }

        var temporary = AtomicFile.TemporaryName(path);
        Directory.CreateDirectory(temporary);
        try
        {
            write(temporary);
            Directory.Move(temporary, path);
        }
        catch
        {
            Directory.Delete(temporary, recursive: true);
            throw;
        }
    }

    private static (long, string[]) Arrays(Stream stream, ExportedTable exported, string path, IProgress<double>? progress, CancellationToken cancellation)
    {
        var table = new NetCdfTable(exported, cancellation);
        DiskRoom.Require(path, table.Bytes, "NetCDF has a place for every site at every time; CSV and Parquet have rows of what is there only");
        return (table.Write(stream, progress, cancellation), [.. table.Columns]);
    }

    private static (long, string[]) Rows(
        Stream stream, ExportedTable exported, ExportFormat format, IProgress<double>? progress, CancellationToken cancellation)
    {
        var rows = new TidyRows(exported);
        var count = format == ExportFormat.Csv
            ? CsvTable.Write(stream, rows, progress, cancellation)
            : TidyParquet.Write(
                stream, [.. rows.Columns.Select(c => (c.Name, c.Values))], rows.Blocks(progress, cancellation),
                TableMeaning.Of(exported.Description, exported.Table, exported.StateSize, exported.Layout));
        return (count, [.. rows.Columns.Select(column => column.Name)]);
    }
}
