using System.Globalization;
using System.Text;

namespace Coda.Data.Time;

/// <summary>What steps are in dates: step 0 has one, and a step lasts a known time.</summary>
/// <remarks>Dates are UTC, on every machine. Immutable; safe to share.</remarks>
public sealed class StepCalendar
{
    private const long EndMicroseconds = 253_402_300_800_000_000; // of year 9999, since 1970
    private const long LeastMicroseconds = -62_135_596_800_000_000; // the start of year 1

    private readonly TimeAxis _axis;
    private readonly double _microsecondsPerUnit;
    private readonly string _timeUnit;

    /// <summary>Makes a calendar.</summary>
    /// <param name="origin">The date and time of step 0 in ISO 8601; UTC where it gives no offset.</param>
    /// <param name="stepLength">The length of a step in <paramref name="timeUnit"/>, finite and greater than 0.</param>
    /// <param name="timeUnit">A unit of a known length (<see cref="IsKnown"/>).</param>
    /// <exception cref="ArgumentException">The origin is no date, or the unit's length is not known; the message says expected and got.</exception>
    public StepCalendar(string origin, double stepLength, string timeUnit)
        : this(Parse(origin), stepLength, timeUnit)
    {
    }

    internal StepCalendar(long origin, double stepLength, string timeUnit)
    {
        var seconds = TimeUnits.SecondsOf(timeUnit)
            ?? throw new ArgumentException($"expected a unit of time whose length is known (s, min, h or d) to count dates in, got '{timeUnit}'");
        (OriginMicroseconds, _axis, _microsecondsPerUnit, _timeUnit) = (origin, new TimeAxis(stepLength), seconds * 1e6, timeUnit);
    }

    /// <summary>The date and time of step 0.</summary>
    public string Origin => TextOf(0);

    /// <summary>The same in microseconds since 1970-01-01T00:00:00Z.</summary>
    internal long OriginMicroseconds { get; }

    /// <summary>Whether dates can be counted in a unit of time: in s, min, h and d.</summary>
    /// <param name="timeUnit">The unit.</param>
    public static bool IsKnown(string timeUnit) => TimeUnits.SecondsOf(timeUnit) is not null;

    /// <summary>Whether a text is a date, or a date and time, in ISO 8601.</summary>
    /// <param name="text">The text.</param>
    public static bool IsDate(string text) => IsoDate.TryParse(Encoding.UTF8.GetBytes(text), out _);

    /// <summary>Makes a calendar in which a step has a date.</summary>
    /// <param name="date">The date and time in ISO 8601.</param>
    /// <param name="step">The step.</param>
    /// <param name="stepLength">The length of a step in <paramref name="timeUnit"/>, finite and greater than 0.</param>
    /// <param name="timeUnit">A unit of a known length (<see cref="IsKnown"/>).</param>
    /// <exception cref="ArgumentException">The date is none, or the unit's length is not known, or step 0 lies beyond the years 1 to 9999.</exception>
    public static StepCalendar At(string date, long step, double stepLength, string timeUnit)
    {
        var there = new StepCalendar(date, stepLength, timeUnit);
        return new StepCalendar(there.TextOf(-step), stepLength, timeUnit);
    }

    /// <summary>The date and time of a step, as in <c>2020-01-31T06:00:00Z</c>.</summary>
    /// <param name="step">The step.</param>
    /// <exception cref="ArgumentException">It lies beyond the years 1 to 9999.</exception>
    public string TextOf(long step) => TryDateOf(step, out var date)
        ? date.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture)
        : throw new ArgumentException(FormattableString.Invariant($"expected a date in the years 1 to 9999, got that of step {step}"));

    /// <summary>The step of a date.</summary>
    /// <param name="date">The date and time in ISO 8601, within <see cref="TimeAxis.Tolerance"/> of a step's.</param>
    /// <exception cref="ArgumentException">It is no date, or none of a step; the message says expected and got.</exception>
    public long StepOf(string date) => StepOf(Parse(date), date);

    internal long StepOf(long microseconds, string shown)
    {
        var ratio = (microseconds - OriginMicroseconds) / _microsecondsPerUnit / _axis.StepLength;
        var step = (long)Math.Round(ratio);
        return Math.Abs(ratio) < 9e15 && Math.Abs(ratio - step) <= TimeAxis.Tolerance
            ? step
            : throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"expected a date a multiple of {_axis.StepLength} {_timeUnit} after {Origin}, got '{shown}'"));
    }

    /// <summary>The date of a step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="date">The date, UTC.</param>
    /// <returns>Whether it lies in the years 1 to 9999.</returns>
    internal bool TryDateOf(long step, out DateTime date)
    {
        var since = Math.Round(_axis.TimeOf(step) * _microsecondsPerUnit);
        var microseconds = OriginMicroseconds + (Math.Abs(since) < EndMicroseconds - LeastMicroseconds ? (long)since : EndMicroseconds);
        var isDate = microseconds is >= LeastMicroseconds and < EndMicroseconds;
        date = isDate ? DateTime.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond) : default;
        return isDate;
    }

    private static long Parse(string text) => IsoDate.TryParse(Encoding.UTF8.GetBytes(text), out var microseconds)
        ? microseconds
        : throw new ArgumentException($"expected a date and time in ISO 8601 ({IsoDate.Forms}), got '{text}'");
}
