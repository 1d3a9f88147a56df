using System.Globalization;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Time;

namespace Coda.Data.Archives.Import;

/// <summary>Brings a file of series into an archive as its forcing: a value at every step, from the file's rows at these steps or, where that is asked for, by
/// linear interpolation between rows at any times.</summary>
internal sealed class ForcingImport
{
    private readonly ImportOptions _options;
    private readonly ImportedTime _time;
    private readonly SeriesFile _file;
    private readonly double _origin; // of the file's times
    private readonly double _stepLength;

    /// <summary>Reads the file.</summary>
    /// <param name="options">The file, and how it is written.</param>
    /// <param name="time">The record's steps and origin.</param>
    /// <param name="trajectoryNames">The names of the trajectories, where they have names.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <exception cref="InvalidDataException">A row cannot be taken; the message names it.</exception>
    public ForcingImport(ImportOptions options, ImportedTime time, IReadOnlyList<string>? trajectoryNames, CancellationToken cancellation)
    {
        (_options, _time) = (options, time);
        var known = options.System is { } system ? Stored(system) : [];
        var times = new TimeReading(options with { TimeOrigin = time.Origin });
        _file = new SeriesFile(options.Forcing!, options, times, all => known.Count > 0 ? known.SelectMany(Columns) : all, trajectoryNames, cancellation);
        Definitions = known.Count > 0 ? known : [.. _file.Columns.Select(column => new ForcingDefinition(column))];
        var isDate = !double.TryParse(time.Origin, CultureInfo.InvariantCulture, out _);
        if (times.IsDate != isDate)
        {
            throw new InvalidDataException($"{options.Forcing}: time: expected {(isDate ? "dates" : "numbers")}, as the observations' times are, got "
                + $"{(isDate ? "numbers" : "dates")}. Write the times in one way.");
        }

        (_origin, _stepLength) = isDate
            ? (times.DateOrigin()!.Value, options.StepLength * times.MicrosecondsPerUnit) : (times.NumberOrigin(), options.StepLength);
    }

    /// <summary>What the series are: those of the system, where that is known, else the file's columns.</summary>
    public IReadOnlyList<ForcingDefinition> Definitions { get; }

    /// <summary>The forcing of every trajectory, by step.</summary>
    /// <exception cref="InvalidDataException">A step is missing, or a row lies between steps, or the file does not cover the record.</exception>
    public IEnumerable<StateBlock> Blocks()
    {
        for (var trajectory = 0; trajectory < _time.TrajectoryCount; trajectory++)
        {
            var rows = _file.Of(trajectory) ?? throw new InvalidDataException(
                $"{_options.Forcing}: expected series of trajectory {trajectory}, got none. Add them, or leave the column of trajectories out where all have "
                    + "the same.");
            var (first, last) = _options.InterpolatesForcing
                ? ((long)Math.Ceiling(StepOf(rows[0]) - TimeAxis.Tolerance), (long)Math.Floor(StepOf(rows[^1]) + TimeAxis.Tolerance))
                : (RequireStep(rows[0]), RequireStep(rows[^1]));
            RequireCover(trajectory, first, last);
            yield return _options.InterpolatesForcing ? Interpolated(trajectory, rows, first, last) : AtSteps(trajectory, rows, first);
        }
    }

    private static IReadOnlyList<ForcingDefinition> Stored(Component system) =>
        [.. DynamicalSystem.Catalog.Create(system).Forcing.Where(u => !u.IsTime)];

    private static IEnumerable<string> Columns(ForcingDefinition forcing) => forcing.Size == 1
        ? [forcing.Name]
        : Enumerable.Range(0, forcing.Size).Select(i => FormattableString.Invariant($"{forcing.Name}[{i}]"));

    private StateBlock AtSteps(int trajectory, IReadOnlyList<SeriesRow> rows, long first)
    {
        for (var i = 1; i < rows.Count; i++)
        {
            if (RequireStep(rows[i]) is var step && step != first + i)
            {
                throw new InvalidDataException(FormattableString.Invariant(
                    $"{_options.Forcing}, data row {rows[i].Row}: time: expected step {first + i}, got step {step} after {first + i - 1}. ")
                    + "Fill the gap, or let it be interpolated (--interpolate-forcing).");
            }
        }

        return new StateBlock(trajectory, first, _file.Columns.Count, rows.SelectMany(row => row.Values).ToArray());
    }

    private StateBlock Interpolated(int trajectory, IReadOnlyList<SeriesRow> rows, long first, long last)
    {
        var width = _file.Columns.Count;
        var values = new float[(last - first + 1) * width];
        for (var i = 0; i < values.Length; i++)
        {
            var time = Math.Clamp(_origin + ((first + (i / width)) * _stepLength), rows[0].Time, rows[^1].Time);
            values[i] = (float)SeriesFile.At(rows, time, i % width);
        }

        return new StateBlock(trajectory, first, width, values);
    }

    private double StepOf(SeriesRow row) => (row.Time - _origin) / _stepLength;

    private long RequireStep(SeriesRow row)
    {
        var (ratio, step) = (StepOf(row), Math.Round(StepOf(row)));
        return Math.Abs(ratio - step) <= TimeAxis.Tolerance ? (long)step : throw new InvalidDataException(
            FormattableString.Invariant($"{_options.Forcing}, data row {row.Row}: time: expected a multiple of the step length {_options.StepLength} after ")
            + FormattableString.Invariant($"{_time.Origin}, got step {ratio:G6}. ")
            + "Write the series at the steps, or let it be interpolated (--interpolate-forcing).");
    }

    private void RequireCover(int trajectory, long first, long last)
    {
        if (first > _time.Steps.Start || last < _time.Steps.End - 1)
        {
            throw new InvalidDataException(FormattableString.Invariant(
                $"{_options.Forcing}: expected series that cover the record's steps {_time.Steps.Start} to {_time.Steps.End - 1}, got steps {first} to {last} ")
                + $"(trajectory {trajectory}). Lengthen the series, or import fewer observations.");
        }
    }
}
