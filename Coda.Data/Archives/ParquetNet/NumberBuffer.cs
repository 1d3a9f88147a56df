using Parquet;
using Parquet.Schema;

namespace Coda.Data.Archives.ParquetNet;

/// <summary>A column of numbers.</summary>
internal sealed class NumberBuffer<T> : ColumnBuffer
    where T : unmanaged
{
    private T[] _values = [];
    private int[] _levels = [];

    /// <summary>The entries, from the first row on; 0 where there is none.</summary>
    public ReadOnlySpan<T> Values => _values;

    /// <inheritdoc/>
    public override void Read(ParquetRowGroupReader group, Field field)
    {
        var data = (DataField)field;
        var rows = checked((int)group.RowCount);
        if (Count(group, data) != rows)
        {
            throw new InvalidDataException($"column '{data.Path}' has {Count(group, data)} values in a row group of {rows} rows");
        }

        ClearNulls();
        _values = AtLeast(_values, rows);
        _levels = AtLeast(_levels, rows);
        Completed.Wait(group.ReadRawAsync(data, _values.AsMemory(0, rows), _levels.AsMemory(0, rows), null));
        if (data.MaxDefinitionLevel > 0)
        {
            Spread(data.MaxDefinitionLevel, rows);
        }
    }

    /// <inheritdoc/>
    public override void Keep(ReadOnlySpan<int> rows)
    {
        base.Keep(rows);
        Gather(_values, rows);
    }

    /// <summary>Only values that there are were read, one behind the other: takes each to its row.</summary>
    private void Spread(int present, int rows)
    {
        var next = _levels.AsSpan(0, rows).Count(present);
        if (next == rows)
        {
            return;
        }

        for (var row = rows - 1; row >= 0; row--)
        {
            if (_levels[row] == present)
            {
                _values[row] = _values[--next];
            }
            else
            {
                _values[row] = default;
                SetNull(row, rows);
            }
        }
    }
}
