using System.Globalization;
using Coda.Data.Archives;
using Coda.Data.Archives.Export;
using Coda.Data.Time;
using ScottPlot;

namespace Coda.Figures.Inputs;

/// <summary>The axis on which an archive's steps stand: dates where it has a calendar, times in its unit else.</summary>
public sealed class TimeScale
{
    private readonly ExportTime? _time;
    private readonly TimeAxis _axis;

    /// <summary>The steps of an archive.</summary>
    /// <param name="description">What it holds.</param>
    public TimeScale(ArchiveDescription description)
        : this(description.StepLength, description.TimeUnit) => _time = new(description);

    /// <summary>Steps without an archive.</summary>
    /// <param name="stepLength">The length of a step, in <paramref name="unit"/>.</param>
    /// <param name="unit">The unit of time; 1 where there is none.</param>
    public TimeScale(double stepLength, string unit) => (_axis, Unit) = (new(stepLength), unit);

    /// <summary>The unit of time; 1 where there is none.</summary>
    public string Unit { get; }

    /// <summary>Whether steps are dates.</summary>
    public bool IsCalendar => _time?.IsCalendar == true;

    /// <summary>The label of an axis of times.</summary>
    public string Label => IsCalendar ? "time (UTC)" : Labels.WithUnit("time", Unit);

    /// <summary>The label of an axis of leads.</summary>
    public string LeadLabel => Labels.WithUnit("lead time", Unit);

    /// <summary>Where a step stands.</summary>
    /// <param name="step">The step.</param>
    public double Of(long step) => IsCalendar ? _time!.DateOf(step).ToOADate() : _time?.NumberOf(step) ?? _axis.TimeOf(step);

    /// <summary>A step's time in words.</summary>
    /// <param name="step">The step.</param>
    public string TextOf(long step) => IsCalendar
        ? _time!.DateOf(step).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)
        : Of(step).ToString("G6", CultureInfo.InvariantCulture);

    /// <summary>Gives a plot the axis.</summary>
    /// <param name="plot">The plot, whose x-axis has times of this scale.</param>
    internal void Apply(Plot plot)
    {
        if (IsCalendar)
        {
            plot.Axes.DateTimeTicksBottom();
        }
        else
        {
            // A year is no amount: no separators.
            plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic
            {
                LabelFormatter = time => time.ToString("G7", CultureInfo.InvariantCulture),
            };
        }

        plot.XLabel(Label, 15);
    }
}
