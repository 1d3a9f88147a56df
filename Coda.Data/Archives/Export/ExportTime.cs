using System.Globalization;
using Coda.Data.Archives.NetCdf;
using Coda.Data.Time;

namespace Coda.Data.Archives.Export;

/// <summary>What an archive's steps are in time: dates where the archive has a calendar, numbers of its unit else.</summary>
public sealed class ExportTime
{
    private readonly ArchiveDescription _description;
    private readonly TimeAxis _axis;
    private readonly StepCalendar? _calendar;
    private readonly double _first; // the number that is step 0

    /// <summary>Reads the description.</summary>
    /// <param name="description">What the archive holds.</param>
    /// <exception cref="ArgumentException">Steps lie beyond the years 1 to 9999.</exception>
    public ExportTime(ArchiveDescription description)
    {
        (_description, _axis) = (description, new TimeAxis(description.StepLength));
        var origin = description.TimeOrigin;
        var isNumber = origin is null || double.TryParse(origin, NumberStyles.Float, CultureInfo.InvariantCulture, out _first);
        _calendar = !isNumber && StepCalendar.IsKnown(description.TimeUnit) && StepCalendar.IsDate(origin!)
            ? new StepCalendar(origin!, description.StepLength, description.TimeUnit) : null;
        if (IsCalendar)
        {
            _ = DateOf(description.Steps.Start);
            _ = DateOf(description.Steps.End - 1);
        }
    }

    /// <summary>Whether steps are dates.</summary>
    public bool IsCalendar => _calendar is not null;

    /// <summary>The unit of <see cref="NumberOf"/>, as NetCDF has it.</summary>
    public string Units => _calendar is not null
        ? $"{TimeUnits.NameOf(_description.TimeUnit)} since {CfTime.DateOf(_calendar.OriginMicroseconds).Replace('T', ' ').TrimEnd('Z')}"
        : TimeUnits.NameOf(_description.TimeUnit);

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
    public DateTime DateOf(long step) => _calendar is not null && _calendar.TryDateOf(step, out var date)
        ? date
        : throw new ArgumentException($"Export: expected dates in the years 1 to 9999, got step {step} after {_description.TimeOrigin}.");
}
