namespace Coda.Data.Archives.Engines;

/// <summary>Rows that are read in pieces, in the order in which they stand in the files. For one thread.</summary>
internal interface IColumnReader : IDisposable
{
    /// <summary>The number of rows in the current piece.</summary>
    int Rows { get; }

    /// <summary>Goes on to the next piece; what was read from the last one is gone.</summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="ArchiveFormatException">A file is damaged.</exception>
    bool Next();

    /// <summary>The entries of a column.</summary>
    /// <param name="index">The column's place in the list that was asked for.</param>
    ReadOnlySpan<T> Column<T>(int index)
        where T : unmanaged;

    /// <summary>One entry of a column of lists.</summary>
    /// <param name="index">The column's place in the list that was asked for.</param>
    /// <param name="row">The row in the current piece.</param>
    ReadOnlySpan<float> List(int index, int row);

    /// <summary>The first row of the current piece that has no value in a column; -1 when all have one.</summary>
    /// <param name="index">The column's place in the list that was asked for.</param>
    int FirstNull(int index);
}
