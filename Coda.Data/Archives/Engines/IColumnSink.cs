namespace Coda.Data.Archives.Engines;

/// <summary>The room for the next rows to be written.</summary>
internal interface IColumnSink
{
    /// <summary>The largest number of rows that one call may fill in.</summary>
    int Capacity { get; }

    /// <summary>The entries of a column, to be filled from its start.</summary>
    /// <param name="index">The column's place in the source's list.</param>
    Span<T> Column<T>(int index)
        where T : unmanaged;

    /// <summary>The entries of a column of lists that all have one length. [row, entry]</summary>
    /// <param name="index">The column's place in the source's list.</param>
    /// <param name="rows">The number of rows that are filled in.</param>
    /// <param name="width">The length of each list.</param>
    Span<float> Lists(int index, int rows, int width);
}
