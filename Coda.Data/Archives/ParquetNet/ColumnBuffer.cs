using System.Runtime.CompilerServices;
using Coda.Data.Foundation;
using Parquet;
using Parquet.Schema;

namespace Coda.Data.Archives.ParquetNet;

/// <summary>The entries of one column in one row group.</summary>
internal abstract class ColumnBuffer
{
    private bool[]? _isNull;

    /// <summary>Reads a row group's entries in place of the last one's.</summary>
    /// <param name="group">The row group.</param>
    /// <param name="field">The column.</param>
    public abstract void Read(ParquetRowGroupReader group, Field field);

    /// <summary>Keeps some rows.</summary>
    /// <param name="rows">Their numbers, ascending.</param>
    public virtual void Keep(ReadOnlySpan<int> rows) => Gather(_isNull, rows);

    /// <summary>Whether a row has no value.</summary>
    /// <param name="row">The row.</param>
    public bool IsNull(int row) => _isNull is not null && _isNull[row];

    /// <summary>The first row without a value; -1 when all have one.</summary>
    /// <param name="rows">The number of rows.</param>
    public int FirstNull(int rows) => _isNull is null ? -1 : _isNull.AsSpan(0, rows).IndexOf(true);

    /// <summary>Moves the entries of some rows to the front.</summary>
    /// <param name="entries">An entry a row, or none.</param>
    /// <param name="rows">The rows, ascending.</param>
    protected static void Gather<T>(T[]? entries, ReadOnlySpan<int> rows)
    {
        for (var i = 0; entries is not null && i < rows.Length; i++)
        {
            entries[i] = entries[rows[i]];
        }
    }

    /// <summary>Forgets which rows have no value.</summary>
    protected void ClearNulls() => _isNull = null;

    /// <summary>Notes a row without a value.</summary>
    /// <param name="row">The row.</param>
    /// <param name="rows">The number of rows.</param>
    protected void SetNull(int row, int rows) => (_isNull ??= new bool[rows])[row] = true;

    /// <summary>The number of entries of a column in a row group, those without a value among them.</summary>
    /// <param name="group">The row group.</param>
    /// <param name="field">The column.</param>
    protected static int Count(ParquetRowGroupReader group, DataField field) =>
        checked((int)(group.GetMetadata(field)?.MetaData?.NumValues ?? throw new InvalidDataException($"column '{field.Path}' is not in the row group")));

    /// <summary>An array of at least some length: the old one where it suffices.</summary>
    /// <param name="array">The old one.</param>
    /// <param name="length">The length.</param>
    protected static T[] AtLeast<T>(T[] array, int length) => array.Length >= length
        ? array : new T[ArrayLength.Of("A row group", length, 1, Unsafe.SizeOf<T>())];
}
