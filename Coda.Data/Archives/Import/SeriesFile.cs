using System.Globalization;

namespace Coda.Data.Archives.Import;

/// <summary>A file of series, CSV or Parquet, with a column of times and one for each series, read into memory and sorted by time.</summary>
internal sealed class SeriesFile
{
    private readonly SortedDictionary<int, List<SeriesRow>> _rows = [];

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How it is written, and which columns hold times and, where the file has it, trajectories.</param>
    /// <param name="times">Reads the times.</param>
    /// <param name="choose">The columns of the series, of those beside times and trajectories.</param>
    /// <param name="names">The names of the trajectories, where they have names; rows of others are left alone.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">A column is missing, or a row cannot be taken, or a time comes twice.</exception>
    public SeriesFile(
        string path, ImportOptions options, TimeReading times, Func<IReadOnlyList<string>, IEnumerable<string>> choose, IReadOnlyList<string>? names,
        CancellationToken cancellation)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"{path}: expected a file of series, got none.", path);
        }

        using var rows = InputFile.Open(path, [options.TimeColumn], options, cancellation);
        HasTrajectories = options.TrajectoryColumn is { } name && rows.Columns.Contains(name, StringComparer.OrdinalIgnoreCase);
        string[] keys = HasTrajectories ? [options.TimeColumn, options.TrajectoryColumn!] : [options.TimeColumn];
        string[] others = [.. rows.Columns.Except(keys, StringComparer.OrdinalIgnoreCase)];
        Columns = [.. choose(others)];
        if (Columns.Count == 0)
        {
            throw new InvalidDataException($"{path}: expected a column for each series beside {string.Join(" and ", keys)}, got "
                + $"{(others.Length == 0 ? "none" : string.Join(", ", others))}. Name the columns as the series.");
        }

        rows.Select([.. keys, .. Columns]);
        while (rows.Next())
        {
            cancellation.ThrowIfCancellationRequested();
            Add(rows, times, keys.Length, names);
        }

        if (_rows.Count == 0)
        {
            throw new InvalidDataException($"{path}: expected at least one row, got none.");
        }

        foreach (var series in _rows.Values)
        {
            series.Sort((a, b) => a.Time.CompareTo(b.Time));
            for (var i = 1; i < series.Count; i++)
            {
                if (series[i].Time == series[i - 1].Time)
                {
                    var (first, again) = (Math.Min(series[i].Row, series[i - 1].Row), Math.Max(series[i].Row, series[i - 1].Row));
                    throw new InvalidDataException(
                        $"{path}, data row {again}: time: expected each time once, got that of row {first} again. Leave one of them out.");
                }
            }
        }
    }

    /// <summary>The columns of the series.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Whether the file has trajectories; else its series are those of all.</summary>
    public bool HasTrajectories { get; }

    /// <summary>The rows of a trajectory, by time; <see langword="null"/> where there are none.</summary>
    /// <param name="trajectory">The trajectory's number.</param>
    public IReadOnlyList<SeriesRow>? Of(int trajectory) => _rows.GetValueOrDefault(HasTrajectories ? trajectory : 0);

    /// <summary>The values at a time, linear between rows.</summary>
    /// <param name="rows">The rows of a trajectory.</param>
    /// <param name="time">A time from the first of them to the last.</param>
    /// <param name="column">Which series.</param>
    public static double At(IReadOnlyList<SeriesRow> rows, double time, int column)
    {
        var (low, high) = (0, rows.Count - 1);
        while (high - low > 1)
        {
            var middle = (low + high) / 2;
            (low, high) = rows[middle].Time <= time ? (middle, high) : (low, middle);
        }

        var (a, b) = (rows[low], rows[high]);
        var share = high == low ? 0 : (time - a.Time) / (b.Time - a.Time);
        return ((1 - share) * a.Values[column]) + (share * b.Values[column]);
    }

    private void Add(FieldRows rows, TimeReading times, int first, IReadOnlyList<string>? names)
    {
        var text = rows.Field(0);
        if (!times.TryRead(text, rows.Numbers, out var microseconds, out var number))
        {
            throw Fault(rows, "time", times.Expected, text, times.Cure);
        }

        var trajectory = 0;
        if (HasTrajectories && names is not null)
        {
            trajectory = names.ToList().IndexOf(CellText.Of(rows.Field(1)));
            if (trajectory < 0)
            {
                return;
            }
        }
        else if (HasTrajectories && (!rows.Numbers.TryParseInteger(text = rows.Field(1), out trajectory) || trajectory < 0))
        {
            throw Fault(rows, "trajectory", "an integer from 0", text, "Number the trajectories from 0.");
        }

        var values = new float[Columns.Count];
        for (var column = 0; column < values.Length; column++)
        {
            text = rows.Field(first + column);
            values[column] = rows.Numbers.TryParse(text, out var value) ? (float)value : float.NaN;
            if (!float.IsFinite(values[column]))
            {
                throw Fault(rows, Columns[column], "a finite number", text, "Series have no gaps: fill it in.");
            }
        }

        if (!_rows.TryGetValue(trajectory, out var series))
        {
            _rows.Add(trajectory, series = []);
        }

        series.Add(new SeriesRow(rows.Row, times.IsDate ? microseconds : number, values));
    }

    private static InvalidDataException Fault(FieldRows rows, string what, string expected, ReadOnlySpan<byte> got, string cure) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{rows.Path}, data row {rows.Row}: {what}: expected {expected}, got '{CellText.Of(got)}'. {cure}"));
}
