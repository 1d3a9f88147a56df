using System.Text;
using System.Text.Unicode;
using Coda.Data.Time;

namespace Coda.Data.Archives.Import;

/// <summary>Tidy rows of observations in CSV of their own, outside any archive.</summary>
/// <remarks>As <c>coda import</c> reads them: a header line; comma, semicolon, tabulator or bar between the fields; quotes by RFC 4180; empty values are
/// missing. The columns are <c>step</c> or <c>time</c>, <c>site</c>, <c>value</c>, and maybe <c>trajectory</c> and <c>sigma</c>, in any case and order;
/// others are left alone. Where both are there, as <c>coda export</c> writes them, the step counts, and a date as the time says what step 0 stands
/// for.</remarks>
public static class ObservationText
{
    private const int MostColumns = 1 << 10; // names take a hundred times the memory of their commas
    private const string Step = "step";
    private const string Time = "time";
    private const string Site = "site";
    private const string Value = "value";
    private const string Sigma = "sigma";
    private const string Trajectory = "trajectory";

    /// <summary>Reads the rows.</summary>
    /// <param name="text">UTF-8.</param>
    /// <param name="name">What the text is called in messages.</param>
    /// <param name="settings">Whose observations they are.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <returns>The rows sorted by trajectory and step, and what steps are in dates where times are dates or an origin is given.</returns>
    /// <exception cref="InvalidDataException">A column is missing, a row cannot be taken, or there are too many; the message says where, expected, got and
    /// cure.</exception>
    /// <exception cref="OperationCanceledException">The reading was stopped.</exception>
    public static TextObservations Read(byte[] text, string name, ObservationTextSettings settings, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(settings);
        if (!Utf8.IsValid(text) || text.Contains((byte)0))
        {
            throw new InvalidDataException($"{name}: expected CSV, text in UTF-8, got bytes that are none. Write it anew in UTF-8, not compressed.");
        }

        using var rows = new CsvRows(name, new MemoryStream(text), new CsvDialect([.. ",;\t|"u8], HasComma: false), [Site, Value], MostColumns);
        var time = TimeColumn(name, rows.Columns);
        List<string> has = [.. new[] { Trajectory, Sigma, Time }.Where(column => column != time && ColumnNames.HasAll(rows.Columns, [column]))];
        rows.Select([time, Site, Value, .. has]);
        var reading = new RowReading(name, rows, time == Step, settings)
        {
            Trajectory = 3 + has.IndexOf(Trajectory), Sigma = 3 + has.IndexOf(Sigma), Time = 3 + has.IndexOf(Time),
        };
        List<TextRow> read = [];
        while (rows.Next())
        {
            if (rows.Row % 4096 == 0)
            {
                cancellation.ThrowIfCancellationRequested();
            }

            if (rows.Row > settings.MostRows)
            {
                throw new InvalidDataException($"{name}: expected at most {settings.MostRows} rows, got more. Send fewer at a time.");
            }

            if (reading.Next() is { } row)
            {
                read.Add(row);
            }
        }

        return reading.Finish(read);
    }

    private static string TimeColumn(string name, IReadOnlyList<string> columns)
    {
        var time = ColumnNames.HasAll(columns, [Step]) ? Step : Time;
        return ColumnNames.HasAll(columns, [time, Site, Value])
            ? time
            : throw new InvalidDataException(
                $"{name}: expected a header line with the columns step (or time), site and value, got "
                + $"{string.Join(", ", columns.Take(20).Select(CellText.Of))}. Name the columns so.");
    }

    private readonly record struct TextRow(int Trajectory, double Number, long Date, string Shown, int Site, float Value, float? Sigma, long Row);

    /// <summary>Reads one row after another.</summary>
    private sealed class RowReading(string name, CsvRows rows, bool hasSteps, ObservationTextSettings settings)
    {
        // Of a unit whose length is not known, and of steps, 20200131 is a number.
        private readonly bool _hasDates = !hasSteps && StepCalendar.IsKnown(settings.TimeUnit);
        private readonly TimeReading _times = new(new ImportOptions
        {
            Files = [name], StepLength = settings.StepLength, TimeUnit = settings.TimeUnit,
            TimeOrigin = !hasSteps && StepCalendar.IsKnown(settings.TimeUnit) ? null : "0",
        });

        private readonly TrajectoryTexts _trajectories = new(settings.HasTrajectoryNames);
        private StepCalendar? _calendar = settings.TimeOrigin is { } origin ? new StepCalendar(origin, settings.StepLength, settings.TimeUnit) : null;
        private readonly Dictionary<string, int> _sites = [];

        /// <summary>The column's place; below 3 for none.</summary>
        public required int Trajectory { get; init; }

        /// <inheritdoc cref="Trajectory"/>
        public required int Sigma { get; init; }

        /// <summary>The place of the column of times beside that of steps; below 3 for none.</summary>
        public required int Time { get; init; }

        /// <summary>The row; nothing where its value is missing.</summary>
        public TextRow? Next()
        {
            var text = rows.Field(2);
            if (text.Length == 0)
            {
                return null;
            }

            if (!rows.Numbers.TryParse(text, out var real) || !float.IsFinite((float)real))
            {
                throw Fault(Value, "a finite number, or nothing where nothing was observed", text);
            }

            var time = rows.Field(0);
            if ((!_hasDates && !rows.Numbers.TryParse(time, out _)) || !_times.TryRead(time, rows.Numbers, out var date, out var number)
                || (hasSteps && (number != Math.Floor(number) || !(Math.Abs(number) < 9e15))))
            {
                throw hasSteps
                    ? Fault(Step, "a whole number", time)
                    : Fault(ObservationText.Time, _hasDates ? _times.Expected : $"a number of '{settings.TimeUnit}'", time);
            }

            FindCalendar(number);
            var trajectory = 0;
            if (Trajectory >= 3 && !_trajectories.TryRead(rows.Field(Trajectory), rows.Numbers, out trajectory))
            {
                throw Fault(ObservationText.Trajectory, _trajectories.Expected, rows.Field(Trajectory));
            }

            return new TextRow(
                trajectory, number, date, _times.IsDate ? Encoding.UTF8.GetString(time) : "", SiteOf(rows.Field(1)), (float)real, SigmaOf(), rows.Row);
        }

        /// <summary>Gives every row its step, once the first date is known.</summary>
        public TextObservations Finish(IReadOnlyList<TextRow> read)
        {
            var calendar = _calendar
                ?? (_times.IsDate && read.Count > 0 ? new StepCalendar(read.Min(row => row.Date), settings.StepLength, settings.TimeUnit) : null);
            var axis = new TimeAxis(settings.StepLength);
            return new(
                [.. read.Select(row => new ObservationRow(row.Trajectory, StepOf(row, axis, calendar), row.Site, row.Value, row.Sigma))
                    .OrderBy(row => row.Trajectory).ThenBy(row => row.Step)], calendar);
        }

        private long StepOf(TextRow row, TimeAxis axis, StepCalendar? calendar) => hasSteps
            ? (long)row.Number
            : Told(row.Row, () => _times.IsDate ? calendar!.StepOf(row.Date, row.Shown) : axis.StepsIn(row.Number));

        private T Told<T>(long row, Func<T> read)
        {
            try
            {
                return read();
            }
            catch (ArgumentException fault)
            {
                throw new InvalidDataException($"{name}, data row {row}: time: {fault.Message.TrimEnd('.')}. Correct the row or the origin.", fault);
            }
        }

        // From the first row that has both step and date.
        private void FindCalendar(double step)
        {
            if (Time >= 3 && _calendar is null && StepCalendar.IsKnown(settings.TimeUnit) && Encoding.UTF8.GetString(rows.Field(Time)) is var date
                && StepCalendar.IsDate(date))
            {
                _calendar = Told(rows.Row, () => StepCalendar.At(date, (long)step, settings.StepLength, settings.TimeUnit));
            }
        }

        private int SiteOf(ReadOnlySpan<byte> text)
        {
            var site = Encoding.UTF8.GetString(text);
            if (!_sites.TryGetValue(site, out var index))
            {
                index = settings.SiteOf(site) ?? (settings.HasIndices && rows.Numbers.TryParseInteger(text, out var given)
                    ? given : throw Fault(Site, $"the {(settings.HasIndices ? "index or the " : "")}name of a site of the model", text));
                _sites.Add(site, index);
            }

            return index;
        }

        private float? SigmaOf()
        {
            var text = Sigma < 3 ? default : rows.Field(Sigma);
            return text.Length == 0 ? null : rows.Numbers.TryParse(text, out var sigma) && sigma > 0 && float.IsFinite((float)sigma)
                ? (float)sigma : throw Fault(ObservationText.Sigma, "a finite number greater than 0", text);
        }

        private InvalidDataException Fault(string what, string expected, ReadOnlySpan<byte> got) =>
            new($"{name}, data row {rows.Row}: {what}: expected {expected}, got '{CellText.Of(got)}'. Correct the row or leave it out.");
    }
}
