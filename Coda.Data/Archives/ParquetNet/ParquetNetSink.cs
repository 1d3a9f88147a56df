using Coda.Data.Archives.Engines;
using Parquet;
using Parquet.Schema;

namespace Coda.Data.Archives.ParquetNet;

/// <summary>Collects the rows of one row group and writes them.</summary>
internal sealed class ParquetNetSink : IColumnSink
{
    private const int Piece = 2048;

    private readonly Array[] _values;
    private readonly int[] _widths;
    private readonly DataField[] _fields;
    private readonly int _size;
    private int _rows;

    /// <summary>Starts empty.</summary>
    /// <param name="columns">The columns.</param>
    /// <param name="rowGroupSize">The number of rows at which a row group is full.</param>
    public ParquetNetSink(IReadOnlyList<Column> columns, int rowGroupSize)
    {
        _size = rowGroupSize;
        Schema = new ParquetSchema(columns.Select(FieldOf));
        _fields = Schema.DataFields;
        _values = [.. columns.Select(NewArray)];
        _widths = [.. columns.Select(_ => 1)];
    }

    /// <summary>The columns as Parquet has them.</summary>
    public ParquetSchema Schema { get; }

    /// <inheritdoc/>
    public int Capacity => Math.Min(Piece, _size - _rows);

    /// <summary>Takes the rows of the next row group.</summary>
    /// <param name="source">Where they come from.</param>
    /// <returns>Whether there are any.</returns>
    public bool Fill(RowSource source)
    {
        _rows = 0;
        while (_rows < _size && source.Fill(this) is > 0 and var rows)
        {
            _rows += rows;
        }

        return _rows > 0;
    }

    /// <summary>Writes them.</summary>
    /// <param name="group">Where they go.</param>
    public void WriteTo(ParquetRowGroupWriter group)
    {
        for (var i = 0; i < _fields.Length; i++)
        {
            Completed.Wait(_values[i] switch
            {
                int[] integers => group.WriteAsync(_fields[i], (ReadOnlyMemory<int>)integers.AsMemory(0, _rows)),
                long[] integers => group.WriteAsync(_fields[i], (ReadOnlyMemory<long>)integers.AsMemory(0, _rows)),
                float[] floats when _fields[i].MaxRepetitionLevel > 0 =>
                    WriteLists(group, _fields[i], floats.AsMemory(0, checked(_rows * _widths[i])), _widths[i]),
                var floats => group.WriteAsync(_fields[i], (ReadOnlyMemory<float>)((float[])floats).AsMemory(0, _rows)),
            });
        }

        group.CompleteValidate();
    }

    /// <inheritdoc/>
    public Span<T> Column<T>(int index)
        where T : unmanaged => Room<T>(index, _rows, Capacity);

    /// <inheritdoc/>
    public Span<float> Lists(int index, int rows, int width)
    {
        if (_rows > 0 && width != _widths[index])
        {
            throw new ArgumentException($"Expected lists of {_widths[index]} values in a row group, got {width}.", nameof(width));
        }

        _widths[index] = width;
        return Room<float>(index, checked(_rows * width), checked(rows * width));
    }

    private static Field FieldOf(Column column) => column.Type switch
    {
        ColumnType.Int32 => new DataField<int>(column.Name),
        ColumnType.Int64 => new DataField<long>(column.Name),
        ColumnType.Float => new DataField<float>(column.Name),
        _ => new ListField(column.Name, new DataField<float>(ListField.ElementName)),
    };

    private static Array NewArray(Column column) => column.Type switch
    {
        ColumnType.Int32 => Array.Empty<int>(),
        ColumnType.Int64 => Array.Empty<long>(),
        _ => Array.Empty<float>(),
    };

    private static Task WriteLists(ParquetRowGroupWriter group, DataField field, ReadOnlyMemory<float> values, int width)
    {
        // Every list has its full length: each entry is there, and the first of a list starts a row.
        var (definition, repetition) = (new int[values.Length], new int[values.Length]);
        Array.Fill(definition, field.MaxDefinitionLevel);
        for (var i = 0; i < repetition.Length; i++)
        {
            repetition[i] = i % width == 0 ? 0 : 1;
        }

        return group.WriteAllPartsAsync(field, values, definition, repetition, CancellationToken.None);
    }

    private Span<T> Room<T>(int index, int used, int wanted)
    {
        var array = (T[])_values[index];
        if (array.Length < used + wanted)
        {
            Array.Resize(ref array, Math.Max(checked(used + wanted), 2 * used));
            _values[index] = array;
        }

        return array.AsSpan(used, wanted);
    }
}
