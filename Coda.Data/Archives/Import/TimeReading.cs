using System.Globalization;
using System.Text;
using Coda.Data.Time;

namespace Coda.Data.Archives.Import;

/// <summary>Reads times. The first one of an import says of which kind all are.</summary>
/// <param name="options">The unit and the origin.</param>
internal sealed class TimeReading(ImportOptions options)
{
    private TimeKind? _kind;
    private double _secondsPerUnit;

    /// <summary>Whether times are dates, kept in microseconds, rather than numbers.</summary>
    public bool IsDate => _kind is TimeKind.Date or TimeKind.DateDigits;

    /// <summary>The length of a time unit in microseconds, where times are dates.</summary>
    public double MicrosecondsPerUnit => _secondsPerUnit * 1e6;

    /// <summary>What a time has to be.</summary>
    public string Expected => _kind switch
    {
        TimeKind.Number => "a finite number",
        TimeKind.Date => $"a date and time in ISO 8601 ({IsoDate.Forms})",
        TimeKind.DateDigits => "a date as one integer (20200131, 2020031, 202001310600), as the first time is",
        TimeKind.Duration => "a duration in ISO 8601 (PT6H, P1DT30M)",
        _ => $"a number, a date and time in ISO 8601 ({IsoDate.Forms}), or a duration (PT6H)",
    };

    /// <summary>What to do about one that cannot be read.</summary>
    public string Cure => _kind == TimeKind.DateDigits
        ? "Correct the row; where times are numbers, say so with a number as the origin, as in --time-origin 0."
        : "Correct the row or leave it out.";

    /// <summary>Reads a time.</summary>
    /// <param name="text">UTF-8, without blanks around it.</param>
    /// <param name="numbers">How numbers are written.</param>
    /// <param name="microseconds">Since 1970, where times are dates.</param>
    /// <param name="number">In the time unit, where they are not.</param>
    /// <returns>Whether it is a time of the import's kind.</returns>
    /// <exception cref="ArgumentException">Dates or durations need a unit of a known length.</exception>
    public bool TryRead(ReadOnlySpan<byte> text, NumberFormat numbers, out long microseconds, out double number)
    {
        (microseconds, number) = (0, 0);
        if (_kind is null && KindOf(text, numbers) is { } first)
        {
            RequireUsed(first);
            _secondsPerUnit = first == TimeKind.Number ? 0 : SecondsPerUnit(text);
            _kind = first;
        }

        switch (_kind)
        {
            case TimeKind.Number:
                return numbers.TryParse(text, out number) && double.IsFinite(number);
            case TimeKind.Date:
                return IsoDate.TryParse(text, out microseconds);
            case TimeKind.DateDigits:
                return IsoDate.TryParseDigits(Digits(text), out microseconds);
            case TimeKind.Duration:
                var isDuration = IsoDuration.TryParse(text, out var seconds);
                number = seconds / _secondsPerUnit;
                return isDuration && double.IsFinite(number);
            default:
                return false;
        }
    }

    /// <summary>The origin that was stated, or 0, where times are numbers.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public double NumberOrigin()
    {
        var number = 0.0;
        return options.TimeOrigin is not { } text || (double.TryParse(text, CultureInfo.InvariantCulture, out number) && double.IsFinite(number))
            ? number
            : throw new ArgumentException($"Import options: timeOrigin: expected a number, as the times are, got {text}.");
    }

    /// <summary>The origin that was stated, where times are dates; <see langword="null"/> where none was.</summary>
    /// <inheritdoc cref="NumberOrigin"/>
    public long? DateOrigin()
    {
        var (bytes, microseconds) = (Encoding.UTF8.GetBytes(options.TimeOrigin ?? ""), 0L);
        return options.TimeOrigin is not { } text ? null
            : IsoDate.TryParse(bytes, out microseconds) || IsoDate.TryParseDigits(bytes, out microseconds) ? microseconds
            : throw new ArgumentException($"Import options: timeOrigin: expected a date and time in ISO 8601 ({IsoDate.Forms}), got {text}.");
    }

    private TimeKind? KindOf(ReadOnlySpan<byte> text, NumberFormat numbers)
    {
        var hasNumberOrigin = options.TimeOrigin is { } origin && origin.Length < 6 && double.TryParse(origin, CultureInfo.InvariantCulture, out _);
        return !hasNumberOrigin && IsoDate.TryParseDigits(Digits(text), out _) ? TimeKind.DateDigits
            : numbers.TryParse(text, out _) ? TimeKind.Number
            : IsoDate.TryParse(text, out _) ? TimeKind.Date
            : IsoDuration.TryParse(text, out _) ? TimeKind.Duration
            : null;
    }

    // Columns of real numbers hold them as 20200131.0.
    private static ReadOnlySpan<byte> Digits(ReadOnlySpan<byte> text) => text.EndsWith(".0"u8) ? text[..^2] : text;

    // Ignored, it would pass for what was meant.
    private void RequireUsed(TimeKind kind)
    {
        if (options.SecondsPerTimeUnit is { } seconds && (kind == TimeKind.Number || TimeUnits.SecondsOf(options.TimeUnit) is not null))
        {
            var where = kind == TimeKind.Number ? "times are numbers" : $"the unit says it ({options.TimeUnit})";
            throw new ArgumentException(FormattableString.Invariant($"Import options: secondsPerTimeUnit: expected none where {where}, got {seconds}."));
        }
    }

    private double SecondsPerUnit(ReadOnlySpan<byte> first) => options.SecondsPerTimeUnit
        ?? TimeUnits.SecondsOf(options.TimeUnit)
        ?? throw new ArgumentException(
            $"Import options: timeUnit: expected s, min, h or d where times are dates or durations (or secondsPerTimeUnit), "
            + $"got {options.TimeUnit} with the time {CellText.Of(first)}. "
            + "Where times are numbers that only look like dates, say so with a number as the origin, as in --time-origin 0.");
}
