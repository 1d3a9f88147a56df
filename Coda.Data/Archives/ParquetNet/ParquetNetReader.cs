using System.Numerics;
using Coda.Data.Archives.Engines;
using Coda.Data.Archives.Tables;

namespace Coda.Data.Archives.ParquetNet;

/// <summary>Reads rows of Parquet files, a row group at a time. For one thread.</summary>
internal sealed class ParquetNetReader : IColumnReader
{
    private readonly IReadOnlyList<string> _paths;
    private readonly IReadOnlyList<Column> _columns;
    private readonly ColumnBuffer[] _buffers;
    private readonly RowFilter _filter;
    private ParquetNetFile? _file;
    private int[] _kept = [];
    private int _nextPath;
    private int _nextGroup;

    /// <summary>Starts before the first row.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="columns">The columns to read, those that the filter names among them.</param>
    /// <param name="filter">The rows to read.</param>
    public ParquetNetReader(IReadOnlyList<string> paths, IReadOnlyList<Column> columns, RowFilter filter)
    {
        (_paths, _columns, _filter) = (paths, columns, filter);
        _buffers = [.. columns.Select(NewBuffer)];
    }

    /// <inheritdoc/>
    public int Rows { get; private set; }

    /// <inheritdoc/>
    public bool Next()
    {
        Rows = 0;
        while (Rows == 0 && (_file is not null || _nextPath < _paths.Count))
        {
            Rows = ParquetNetEngine.Guard(_paths[_file is null ? _nextPath : _nextPath - 1], ReadGroup);
        }

        return Rows > 0;
    }

    /// <inheritdoc/>
    public ReadOnlySpan<T> Column<T>(int index)
        where T : unmanaged => ((NumberBuffer<T>)_buffers[index]).Values[..Rows];

    /// <inheritdoc/>
    public ReadOnlySpan<float> List(int index, int row) => ((ListBuffer)_buffers[index])[row];

    /// <inheritdoc/>
    public int FirstNull(int index) => _buffers[index].FirstNull(Rows);

    /// <inheritdoc/>
    public void Dispose()
    {
        _file?.Dispose();
        _file = null;
    }

    private static ColumnBuffer NewBuffer(Column column) => column.Type switch
    {
        ColumnType.Int32 => new NumberBuffer<int>(),
        ColumnType.Int64 => new NumberBuffer<long>(),
        ColumnType.Float => new NumberBuffer<float>(),
        ColumnType.Double => new NumberBuffer<double>(),
        _ => new ListBuffer(),
    };

    /// <summary>Reads the next row group, or goes on to the next file.</summary>
    /// <returns>The number of its rows that pass the filter.</returns>
    private int ReadGroup()
    {
        if (_file is null)
        {
            (_file, _nextGroup) = (new ParquetNetFile(_paths[_nextPath++]), 0);
        }

        if (_nextGroup == _file.Footer.RowGroups.Count)
        {
            Dispose();
            return 0;
        }

        var number = _nextGroup++;
        if (!_file.Footer.RowGroups[number].MayHold(_filter))
        {
            return 0;
        }

        var group = _file.Group(number);
        for (var i = 0; i < _columns.Count; i++)
        {
            _buffers[i].Read(group, _file.Field(_columns[i].Name));
        }

        return KeepPassing(checked((int)group.RowCount));
    }

    private int KeepPassing(int rows)
    {
        if (_filter == default)
        {
            return rows;
        }

        _kept = _kept.Length >= rows ? _kept : new int[rows];
        var trajectories = Entries<int>(TableFormat.Trajectory, _filter.Trajectory is not null);
        var steps = Entries<long>(TableFormat.Step, _filter.Steps is not null);
        var leads = Entries<int>(TableFormat.Lead, _filter.Lead is not null);
        var (trajectory, last, range, lead) = (_filter.Trajectory ?? 0, _filter.UpToTrajectory ?? 0, _filter.Steps ?? default, _filter.Lead ?? 0);
        var count = 0;
        for (var row = 0; row < rows; row++)
        {
            if (Passes(steps, row, range.Start, range.End - 1) && Passes(trajectories, row, trajectory, last) && Passes(leads, row, lead, lead))
            {
                _kept[count++] = row;
            }
        }

        if (count < rows)
        {
            foreach (var buffer in _buffers)
            {
                buffer.Keep(_kept.AsSpan(0, count));
            }
        }

        return count;
    }

    // A row without a value passes, so that whoever reads it sees the fault.
    private static bool Passes<T>(NumberBuffer<T>? entries, int row, T first, T last)
        where T : unmanaged, IComparisonOperators<T, T, bool> =>
        entries is null || entries.IsNull(row) || (entries.Values[row] >= first && entries.Values[row] <= last);

    private NumberBuffer<T>? Entries<T>(Column column, bool isAsked)
        where T : unmanaged => isAsked ? (NumberBuffer<T>)_buffers[_columns.Index().First(c => c.Item == column).Index] : null;
}
