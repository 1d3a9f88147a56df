using System.Globalization;
using System.Text.Unicode;
using Coda.Data.Archives.Engines;
using Coda.Data.Foundation;

namespace Coda.Data.Archives.Import;

/// <summary>
/// The observations of all files of an import, one after another: file, row, trajectory, time, site (as <see cref="SiteTexts"/> numbers
/// its text), value, sigma. Missing values are left out.
/// </summary>
/// <param name="options">What to read, and how.</param>
/// <param name="times">Reads the times.</param>
/// <param name="sites">Learns the sites.</param>
/// <param name="positions">Learns the positions, where rows have these instead of sites.</param>
/// <param name="trajectories">Learns the trajectories.</param>
/// <param name="progress">Told which file is read.</param>
/// <param name="cancellation">Stops the reading.</param>
internal sealed class ImportRows(
    ImportOptions options, TimeReading times, SiteTexts sites, PositionSites positions, TrajectoryTexts trajectories, IProgress<string>? progress,
    CancellationToken cancellation)
    : RowSource, IDisposable
{
    private readonly MissingValues _missing = new(options.Missing);
    private readonly IReadOnlyList<string> _wanted = Wanted(options);
    private readonly int _firstCell = Wanted(options).Length - (options.SiteColumns?.Count ?? 1);
    private FieldRows? _rows;
    private int _file = -1;
    private int _cell = int.MaxValue; // the next one of the row
    private bool _isRowRead;
    private bool _isPending;
    private Observation _current;
    private double _x; // of the row
    private double _y;
    private bool _hasCsv;
    private bool _hasNetCdf;

    /// <summary>The units that the files so far say their values have.</summary>
    public FileUnits Units { get; } = new(options);

    /// <summary>The rows so far; of files with one column per site, the cells.</summary>
    public long RowsRead { get; private set; }

    /// <summary>The values outside the valid range so far, which were left out.</summary>
    public long Rejected { get; private set; }

    /// <summary>The values at positions that are not on the grid so far, which were left out.</summary>
    public long Outside { get; private set; }

    /// <summary>The lines of CSV files that have been skipped as comments so far.</summary>
    public long Comments { get; private set; }

    /// <inheritdoc/>
    public override IReadOnlyList<Column> Columns =>
    [
        new("file", ColumnType.Int32), new("row", ColumnType.Int64), new("trajectory", ColumnType.Int32),
        new("time", times.IsDate ? ColumnType.Int64 : ColumnType.Double),
        new("site", ColumnType.Int32), new("value", ColumnType.Float), new("sigma", ColumnType.Float),
    ];

    /// <summary>Goes to the first observation, which tells of what kind the times are.</summary>
    /// <returns>Whether there is one.</returns>
    public bool Start() => _isPending = Advance();

    /// <inheritdoc/>
    public override int Fill(IColumnSink sink)
    {
        cancellation.ThrowIfCancellationRequested();
        var files = sink.Column<int>(0);
        var rows = sink.Column<long>(1);
        var numbersOfTrajectories = sink.Column<int>(2);
        var dates = times.IsDate ? sink.Column<long>(3) : default;
        var numbers = times.IsDate ? default : sink.Column<double>(3);
        var indices = sink.Column<int>(4);
        var values = sink.Column<float>(5);
        var sigmas = sink.Column<float>(6);
        var count = 0;
        for (; count < sink.Capacity && (_isPending || Advance()); count++)
        {
            _isPending = false;
            (files[count], rows[count], numbersOfTrajectories[count], indices[count]) = (_file, _rows!.Row, _current.Trajectory, _current.Site);
            (values[count], sigmas[count]) = (_current.Value, _current.Sigma);
            if (times.IsDate)
            {
                dates[count] = _current.Microseconds;
            }
            else
            {
                numbers[count] = _current.Time;
            }
        }

        return count;
    }

    /// <inheritdoc/>
    public void Dispose() => _rows?.Dispose();

    private static string[] Wanted(ImportOptions options) =>
    [
        options.TimeColumn,
        .. new[] { options.TrajectoryColumn, options.SigmaColumn }.OfType<string>(),
        .. options.XColumn is null ? options.SiteColumns ?? [options.SiteColumn, options.ValueColumn]
            : [.. new[] { options.XColumn, options.YColumn }.OfType<string>(), .. options.SiteColumns ?? [options.ValueColumn]],
    ];

    private bool Advance()
    {
        while (true)
        {
            if (_cell < _wanted.Count)
            {
                RowsRead++;
                if (IsObservation(_cell++))
                {
                    return true;
                }
            }
            else if (_rows is { } rows && rows.Next())
            {
                (_cell, _isRowRead) = (_firstCell, false);
                if (rows.Row % 4096 == 0)
                {
                    cancellation.ThrowIfCancellationRequested(); // long stretches of missing values fill nothing
                }
            }
            else if (!NextFile())
            {
                return false;
            }
        }
    }

    private bool NextFile()
    {
        Comments += _rows?.Comments ?? 0;
        _rows?.Dispose();
        _rows = null;
        if (++_file >= options.Files.Count)
        {
            new Faults("Import options")
                .Require(_hasCsv || options is { Delimiter: null, Encoding: null, Decimal: '.' }, "delimiter, decimal, encoding",
                    "none where no file is CSV", "one")
                .Require(_hasNetCdf || options.Variables is null, "variables", "none where no file is NetCDF", options.Variables?.Count)
                .ThrowIfAny();
            return false;
        }

        progress?.Report($"reading {Path.GetFileName(options.Files[_file])}");
        _rows = InputFile.Open(options.Files[_file], _wanted, options, cancellation);
        _rows.Select(_wanted);
        Units.Add(_rows);
        _hasCsv |= _rows is CsvRows;
        _hasNetCdf |= _rows is NetCdfRows;
        return true;
    }

    private bool IsObservation(int cell)
    {
        var text = _rows!.Field(cell);
        if (_rows.IsMissing || _missing.Contains(text))
        {
            return false;
        }

        var isNumber = _rows.Numbers.TryParse(text, out var real);
        var value = (float)real;
        if (isNumber && _missing.Contains(value))
        {
            return false;
        }

        if (!isNumber || !float.IsFinite(value))
        {
            throw Fault("value", "a finite number", text, options.Decimal == '.' && text.Contains((byte)',')
                ? "Where a comma is the decimal sign, say so with --decimal ,."
                : "Correct the row, or name the text among the missing values.");
        }

        if (options.ValidRange is { } range && !range.Contains(real))
        {
            Rejected++;
            return options.Reject ? false : throw Fault(
                "value", $"a number within {range}", text,
                "Correct the row, widen --valid-range, name the value with --missing, or leave such values out with --reject.");
        }

        ReadRow();
        _current.Value = value;
        _current.Site = options.XColumn is not null ? PlaceOf(cell - _firstCell) : options.SiteColumns is null ? _current.Site : cell - _firstCell;
        Outside += _current.Site < 0 ? 1 : 0;
        return _current.Site >= 0;
    }

    // What the cells of a row share.
    private void ReadRow()
    {
        if (_isRowRead)
        {
            return;
        }

        var next = 0;
        var text = _rows!.Field(next++);
        if (!times.TryRead(text, _rows.Numbers, out _current.Microseconds, out _current.Time))
        {
            throw Fault("time", times.Expected, text, times.Cure);
        }

        if (options.TrajectoryColumn is not null && !trajectories.TryRead(text = _rows.Field(next++), _rows.Numbers, out _current.Trajectory))
        {
            throw Fault("trajectory", trajectories.Expected, text, "Number the trajectories from 0, or give each a name that is no number.");
        }

        if (options.SigmaColumn is not null)
        {
            text = _rows.Field(next++);
            _current.Sigma = _rows.Numbers.TryParse(text, out var sigma) ? (float)sigma : 0;
            if (!(_current.Sigma > 0 && float.IsFinite(_current.Sigma)))
            {
                throw Fault("sigma", "a finite number greater than 0", text, "Correct the row or leave it out.");
            }
        }

        if (options.XColumn is { } x)
        {
            _x = Coordinate(x, next++);
            _y = options.YColumn is { } y ? Coordinate(y, next) : 0;
        }
        else if (options.SiteColumns is null)
        {
            _current.Site = sites.IdOf(_rows.Field(next), _rows);
        }

        _isRowRead = true;
    }

    // NaN for what is left out.
    private double Coordinate(string column, int place)
    {
        var text = _rows!.Field(place);
        var isNumber = _rows.Numbers.TryParse(text, out var coordinate);
        if (isNumber && double.IsFinite(coordinate))
        {
            return coordinate;
        }

        return options.Reject && (isNumber || _missing.Contains(text)) ? double.NaN : throw Fault(
            column, "a finite number, a position along an axis of the grid", text,
            isNumber || text.Length == 0 ? "Correct the row, or leave such rows out with --reject." : "Check which columns have the positions.");
    }

    private int PlaceOf(int field)
    {
        var id = positions.IdOf(_x, _y, field);
        if (id >= 0 || options.Reject)
        {
            return id;
        }

        var (expected, cure) = positions.Fault(_x, _y, field);
        var got = options.YColumn is null ? FormattableString.Invariant($"{_x}") : FormattableString.Invariant($"{_x}, {_y}");
        throw Fault("position", expected, System.Text.Encoding.UTF8.GetBytes(got), cure);
    }

    private InvalidDataException Fault(string what, string expected, ReadOnlySpan<byte> got, string cure)
    {
        var place = string.Create(CultureInfo.InvariantCulture, $"{_rows!.Path}, data row {_rows.Row}");
        if (!Utf8.IsValid(got))
        {
            return TextEncodings.Fault(place, got);
        }

        var shown = CellText.Of(got);
        return shown.Length > 0 && _rows.Columns.Contains(shown)
            ? new(
                $"{place}: expected observations, got a second header ('{shown}' is the name of a column). "
                + "Leave that line out, or split the file where its columns change.")
            : new($"{place}: {what}: expected {expected}, got '{shown}'. {cure}");
    }

    private struct Observation
    {
        public int Trajectory;
        public long Microseconds;
        public double Time;
        public int Site;
        public float Value;
        public float Sigma;
    }
}
