using System.Globalization;
using System.Text;
using Coda.Data.Archives.NetCdf;
using Coda.Data.Time;

namespace Coda.Data.Archives.Export;

/// <summary>What an archive's steps are in time: dates where the archive has a calendar, numbers of its unit else.</summary>
public sealed class ExportTime
{
    private readonly ArchiveDescription _description;
    private readonly TimeAxis _axis;
    private readonly long _origin; // in microseconds since 1970
    private readonly double _first; // the number that is step 0
    private readonly double _microsecondsPerUnit;

    /// <summary>Reads the description.</summary>
    /// <param name="description">What the archive holds.</param>
    /// <exception cref="ArgumentException">Steps lie beyond the years 1 to 9999.</exception>
    public ExportTime(ArchiveDescription description)
    {
        (_description, _axis) = (description, new TimeAxis(description.StepLength));
        var origin = description.TimeOrigin;
        var isNumber = origin is null || double.TryParse(origin, NumberStyles.Float, CultureInfo.InvariantCulture, out _first);
        IsCalendar = !isNumber && TimeUnits.SecondsOf(description.TimeUnit) is not null && IsoDate.TryParse(Encoding.UTF8.GetBytes(origin!), out _origin);
        _microsecondsPerUnit = (TimeUnits.SecondsOf(description.TimeUnit) ?? 0) * 1e6;
        if (IsCalendar)
        {
            _ = DateOf(description.Steps.Start);
            _ = DateOf(description.Steps.End - 1);
        }
    }

    /// <summary>Whether steps are dates.</summary>
    public bool IsCalendar { get; }

    /// <summary>The unit of <see cref="NumberOf"/>, as NetCDF has it.</summary>
    public string Units => IsCalendar
        ? $"{TimeUnits.NameOf(_description.TimeUnit)} since {CfTime.DateOf(_origin).Replace('T', ' ').TrimEnd('Z')}" : TimeUnits.NameOf(_description.TimeUnit);

    /// <summary>The unit of leads.</summary>
    public string LeadUnits => TimeUnits.NameOf(_description.TimeUnit);

    /// <summary>The time of a step: since the origin where steps are dates.</summary>
    /// <param name="step">The step.</param>
    public double NumberOf(long step) => _first + _axis.TimeOf(step);

    /// <summary>A number of steps in the unit of time.</summary>
    /// <param name="steps">The number.</param>
    public double LeadOf(int steps) => _axis.TimeOf(steps);

    /// <summary>The date of a step.</summary>
    /// <param name="step">The step.</param>
    /// <exception cref="ArgumentException">It lies beyond the years 1 to 9999.</exception>
    public DateTime DateOf(long step)
    {
        var micros = _origin + Math.Round(_axis.TimeOf(step) * _microsecondsPerUnit);
        return micros is > -62135596800e6 and < 253402300799e6
            ? DateTime.UnixEpoch.AddTicks((long)micros * TimeSpan.TicksPerMicrosecond)
            : throw new ArgumentException($"Export: expected dates in the years 1 to 9999, got step {step} after {_description.TimeOrigin}.");
    }
}
