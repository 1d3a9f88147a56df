namespace Coda.Data.Archives.Engines;

/// <summary>Reads and writes Parquet files; the archive's only view of one. Safe for use from several threads.</summary>
internal interface IParquetEngine
{
    /// <summary>Reads the end of a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ArchiveFormatException">It is no whole Parquet file.</exception>
    PartFooter ReadFooter(string path);

    /// <summary>Reads what a file says of its rows beside them.</summary>
    /// <param name="path">The file.</param>
    /// <param name="key">What to read, see <see cref="RowSource.Metadata"/>.</param>
    /// <returns>The text, or <see langword="null"/> where the file says nothing of the kind.</returns>
    /// <exception cref="ArchiveFormatException">It is no whole Parquet file, or the text is no UTF-8.</exception>
    string? ReadMetadata(string path, string key);

    /// <summary>Reads rows of several files of the same columns, one file after another.</summary>
    /// <param name="paths">The files, at least one.</param>
    /// <param name="columns">The columns to read.</param>
    /// <param name="filter">The rows to read.</param>
    /// <exception cref="ArchiveFormatException">A file is damaged.</exception>
    IColumnReader Read(IReadOnlyList<string> paths, IReadOnlyList<Column> columns, RowFilter filter);

    /// <summary>Writes one file.</summary>
    /// <param name="path">The file to write.</param>
    /// <param name="source">Its rows.</param>
    /// <param name="rowGroupSize">The number of rows in a row group, about.</param>
    /// <exception cref="IOException">The file could not be written.</exception>
    void Write(string path, RowSource source, int rowGroupSize);
}
