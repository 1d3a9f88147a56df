using Parquet;
using Parquet.Schema;

namespace Coda.Data.Archives.ParquetNet;

/// <summary>A column of lists of floats. A list counts as none when any of its entries has no value.</summary>
internal sealed class ListBuffer : ColumnBuffer
{
    private float[] _values = [];
    private int[] _definition = [];
    private int[] _repetition = [];
    private int[] _starts = [];
    private int[] _lengths = [];

    /// <summary>The list of a row.</summary>
    /// <param name="row">The row.</param>
    public ReadOnlySpan<float> this[int row] => _values.AsSpan(_starts[row], _lengths[row]);

    /// <inheritdoc/>
    public override void Read(ParquetRowGroupReader group, Field field)
    {
        var list = (ListField)field;
        var item = (DataField)list.Item;
        var count = Count(group, item);
        _values = AtLeast(_values, count);
        _definition = AtLeast(_definition, count);
        _repetition = AtLeast(_repetition, count);
        Completed.Wait(group.ReadRawAsync(item, _values.AsMemory(0, count), _definition.AsMemory(0, count), _repetition.AsMemory(0, count)));
        Assemble(list, item, count, checked((int)group.RowCount));
    }

    /// <inheritdoc/>
    public override void Keep(ReadOnlySpan<int> rows)
    {
        base.Keep(rows);
        Gather(_starts, rows);
        Gather(_lengths, rows);
    }

    /// <summary>Finds the lists' ends from Parquet's levels: repetition 0 starts a row, and definition tells a value, an entry without one, an empty list, and
    /// no list apart.</summary>
    private void Assemble(ListField list, DataField item, int count, int rows)
    {
        ClearNulls();
        _starts = AtLeast(_starts, rows);
        _lengths = AtLeast(_lengths, rows);
        var (row, next, empty) = (-1, 0, list.IsNullable ? 1 : 0);
        for (var i = 0; i < count; i++)
        {
            if (_repetition[i] == 0)
            {
                (_starts[++row], _lengths[row]) = (next, 0);
            }

            if (_definition[i] == item.MaxDefinitionLevel)
            {
                _lengths[row]++;
                next++;
            }
            else if (_definition[i] != empty)
            {
                SetNull(row, rows);
            }
        }

        if (row + 1 != rows)
        {
            throw new InvalidDataException($"column '{item.Path}' has {row + 1} lists in a row group of {rows} rows");
        }
    }
}
