using Coda.Data.Archives.Import;

namespace Coda.Data.Twins;

/// <summary>A series from a file, CSV or Parquet, linear between its rows; before its first time, its first value, so that spin-ups have one.</summary>
public sealed class Series : ForcingSource
{
    private readonly Options _options;
    private readonly Lazy<IReadOnlyList<SeriesRow>> _rows;

    /// <summary>Names the file, which is read when a value is first asked for.</summary>
    /// <param name="options">The file, and its columns.</param>
    public Series(Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _rows) = (options, new(Read));
    }

    /// <inheritdoc/>
    public override double End => _rows.Value[^1].Time;

    /// <inheritdoc/>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">A column is missing, or a row cannot be taken, or the time is after the last one.</exception>
    public override double At(double time, int entry)
    {
        var rows = _rows.Value;
        return time > End
            ? throw new InvalidDataException(FormattableString.Invariant(
                $"{_options.File}: expected a series up to time {time}, got one up to {End}. Lengthen it, or simulate fewer steps."))
            : entry >= rows[0].Values.Length
            ? throw new InvalidDataException(
                $"{_options.File}: expected a column for entry {entry} of series '{_options.Column}', got {rows[0].Values.Length} columns. Add it.")
            : SeriesFile.At(rows, Math.Max(time, rows[0].Time), entry);
    }

    private IReadOnlyList<SeriesRow> Read()
    {
        var reading = new ImportOptions { Files = [_options.File], StepLength = 1, TimeColumn = _options.Time, TimeOrigin = "0" };
        var times = new TimeReading(reading);
        var rows = new SeriesFile(_options.File, reading, times, Chosen, null, CancellationToken.None).Of(0)!;
        return !times.IsDate ? rows : throw new InvalidDataException(
            $"{_options.File}: {_options.Time}: expected numbers, the time since step 0 in units of the system's, got dates. Import such series instead.");
    }

    private IEnumerable<string> Chosen(IReadOnlyList<string> all) => all.Contains(_options.Column)
        ? [_options.Column]
        : all.Where(name => name.StartsWith($"{_options.Column}[", StringComparison.Ordinal));

    /// <summary>The file, and its columns.</summary>
    public sealed record Options
    {
        /// <summary>The file.</summary>
        public string File { get; init; } = "forcing.csv";

        /// <summary>The column of the values; of a series with several values at a step <c>F[0]</c>, <c>F[1]</c> and so on are its columns.</summary>
        public string Column { get; init; } = "F";

        /// <summary>The column of times since step 0, in units of the system's time.</summary>
        public string Time { get; init; } = "time";
    }
}
