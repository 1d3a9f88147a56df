namespace Coda.Data.Archives.Export;

/// <summary>A table with a row for each number: trajectory, step, time, field, site, coordinates where fields have them, value and spread.</summary>
internal sealed class TidyRows
{
    private const int BlockLength = 122880;

    private readonly ExportedTable _table;
    private readonly Array _trajectories;
    private readonly long[] _steps = new long[BlockLength];
    private readonly Array _times;
    private readonly Array _starts;
    private readonly double[] _leads = new double[BlockLength];
    private readonly string[] _fields = new string[BlockLength];
    private readonly int[] _sites = new int[BlockLength];
    private readonly string[] _names = new string[BlockLength];
    private readonly double[][] _coordinates;
    private readonly Dictionary<ExportedField, double[][]> _places; // [axis][place]
    private readonly float[] _values = new float[BlockLength];
    private readonly float[] _spreads = new float[BlockLength];
    private readonly float[] _bands = new float[BlockLength];

    /// <summary>Says which columns there are.</summary>
    /// <param name="table">The table.</param>
    public TidyRows(ExportedTable table)
    {
        _table = table;
        var axes = AxesOf(table.Fields);
        _trajectories = table.Description.TrajectoryNames is null ? new int[BlockLength] : new string[BlockLength];
        (_times, _starts) = (NewTimes(), NewTimes());
        _coordinates = [.. axes.Select(_ => new double[BlockLength])];
        _places = table.Fields.ToDictionary(field => field, field => axes.Select((_, axis) => field.Along(axis)).ToArray());
        Columns =
        [
            new("trajectory", _trajectories), new("step", _steps),
            .. table.HasLeads ? [new("start", _starts), new("lead", _leads)] : Array.Empty<TidyColumn>(),
            new("time", _times), new("field", _fields), HasNames ? new("site", _names) : new("site", _sites),
            .. axes.Select((axis, i) => new TidyColumn(axis, _coordinates[i])),
            new("value", _values),
            .. table.HasSpread ? [new(table.IsObserved ? "sigma" : "spread", _spreads)] : Array.Empty<TidyColumn>(),
            .. table.HasBand ? [new("band", _bands)] : Array.Empty<TidyColumn>(),
        ];
    }

    /// <summary>The columns, whose arrays hold a block.</summary>
    public IReadOnlyList<TidyColumn> Columns { get; }

    /// <summary>Reads the table; each block fills the columns anew.</summary>
    /// <param name="progress">Told the share that is read.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <returns>The number of rows of each block, the same whatever parts the table has.</returns>
    public IEnumerable<int> Blocks(IProgress<double>? progress, CancellationToken cancellation)
    {
        var count = 0;
        foreach (var row in _table.Rows(progress, cancellation))
        {
            foreach (var field in _table.Fields)
            {
                var places = _places[field];
                for (var place = 0; place < field.Columns.Count; place++)
                {
                    if (row.Mask is { } mask && mask.Span[field.Columns[place]] == 0)
                    {
                        continue;
                    }

                    Put(count++, row, field, place, places);
                    if (count == BlockLength)
                    {
                        yield return count;
                        count = 0;
                    }
                }
            }
        }

        if (count > 0)
        {
            yield return count;
        }
    }

    private bool HasNames => _table.Fields.Any(f => f.Names is not null);

    // The axes that every field has; a geometry of one axis of numbered sites is told by the site.
    private static IReadOnlyList<string> AxesOf(IReadOnlyList<ExportedField> fields)
    {
        var axes = fields.Select(field => field.Axes).ToList();
        return axes.All(a => a.SequenceEqual(axes[0])) ? axes[0] : [];
    }

    private Array NewTimes() => _table.Time.IsCalendar ? new DateTime[BlockLength] : new double[BlockLength];

    private void Put(int at, ExportedRow row, ExportedField field, int place, double[][] places)
    {
        var column = field.Columns[place];
        (_steps[at], _fields[at]) = (row.Step, field.Name);
        if (_trajectories is int[] numbers)
        {
            numbers[at] = row.Trajectory;
        }
        else
        {
            ((string[])_trajectories)[at] = _table.Description.NameOf(row.Trajectory);
        }

        Put(_times, at, row.Step + row.Lead);
        if (_table.HasLeads)
        {
            Put(_starts, at, row.Step);
            _leads[at] = _table.Time.LeadOf(row.Lead);
        }

        _sites[at] = _table.IsObserved ? column : place;
        _names[at] = field.Names?[place] ?? "";
        for (var axis = 0; axis < _coordinates.Length; axis++)
        {
            _coordinates[axis][at] = places[axis][place];
        }

        _values[at] = row.Values.Span[column];
        _spreads[at] = row.Spread?.Span[column] ?? 0;
        _bands[at] = row.Band?.Span[column] ?? 0;
    }

    private void Put(Array times, int at, long step)
    {
        if (times is DateTime[] dates)
        {
            dates[at] = _table.Time.DateOf(step);
        }
        else
        {
            ((double[])times)[at] = _table.Time.NumberOf(step);
        }
    }
}
