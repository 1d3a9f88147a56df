using Coda.Data.Archives;
using Coda.Figures.Drawing;
using Coda.Figures.Inputs;
using ScottPlot;

namespace Coda.Figures.Kinds;

/// <summary>Which stretches of a record were not analyzed as was asked for.</summary>
internal static class UnsoundFigure
{
    private const int MostRows = 24;
    private const int RowHeight = 26;
    private const int LongestName = 20;
    private const double LeastShare = 0.003; // of the record, so that a single step is seen

    /// <summary>Makes the figure.</summary>
    /// <param name="source">Of what.</param>
    /// <param name="record">Steps and trajectories.</param>
    /// <param name="unsound">The stretches.</param>
    public static Figure Of(FigureSource source, ArchiveDescription record, UnsoundStretches unsound)
    {
        var scale = new TimeScale(record);
        int[] some = [.. unsound.Stretches.Select(s => s.Trajectory).Distinct()];
        int[] rows = record.TrajectoryCount <= MostRows ? [.. Enumerable.Range(0, record.TrajectoryCount)] : [.. some.Take(MostRows)];
        StretchFault[] faults = [.. unsound.Stretches.Select(s => s.Fault).Distinct().Order()];
        if (faults.Length == 0)
        {
            throw new ArgumentException("Expected at least one stretch, got none.", nameof(unsound));
        }

        var title = $"Stretches whose analyses are not sound: {string.Join(", ", faults.Select(UnsoundStretches.Words))}";
        return new("unsound-stretches", title, source, Describe(record, unsound, some.Length, rows.Length), Table(record, scale, unsound), [Draw])
        {
            Size = new(900, 140 + (RowHeight * rows.Length)),
        };

        Plot Draw(Theme theme)
        {
            var plot = FigureStyle.New("", "", "trajectory");
            var (first, last) = (scale.Of(record.Steps.Start), scale.Of(record.Steps.End - 1));
            foreach (var (row, trajectory) in rows.Index())
            {
                Line(plot, first, last, row, theme.Gap, 2);
                foreach (var stretch in unsound.Stretches.Where(s => s.Trajectory == trajectory))
                {
                    var (start, end) = (scale.Of(stretch.Steps.Start), scale.Of(stretch.Steps.End - 1));
                    var (color, width) = Look(stretch.Fault, theme);
                    Line(plot, start, Math.Max(end, start + (LeastShare * (last - first))), row, color, width);
                }
            }

            foreach (var fault in faults)
            {
                var (color, width) = Look(fault, theme);
                var sample = plot.Add.Scatter(new[] { double.NaN }, new[] { double.NaN }, color); // of no place: for the legend
                (sample.LegendText, sample.LineWidth, sample.MarkerSize) = (UnsoundStretches.Words(fault), width, 0);
            }

            scale.Apply(plot);
            plot.Axes.Left.SetTicks([.. rows.Select((_, row) => -(double)row)], [.. rows.Select(t => Short(record.NameOf(t)))]);
            var margin = last > first ? 0.01 * (last - first) : 1;
            plot.Axes.SetLimits(first - margin, last + margin, 0.5 - rows.Length, 0.5);
            return plot;
        }
    }

    private static void Line(Plot plot, double start, double end, int row, Color color, float width)
    {
        var line = plot.Add.Scatter(new[] { start, end }, new[] { -(double)row, -row }, color);
        (line.LineWidth, line.MarkerSize) = (width, 0);
    }

    // Told apart by their heights, too.
    private static (Color Color, float Width) Look(StretchFault fault, Theme theme) => fault switch
    {
        StretchFault.Failed => (theme.Of(Quantity.Error), 14),
        StretchFault.Relaxed => (theme.Series(4), 9),
        _ => (theme.Of(Quantity.Spread), 5),
    };

    private static string Short(string name) => name.Length <= LongestName ? name : $"{name[..(LongestName - 1)]}…";

    private static string Describe(ArchiveDescription record, UnsoundStretches unsound, int trajectories, int rows)
    {
        var steps = unsound.Stretches.Sum(s => s.Steps.Count);
        var kept = FormattableString.Invariant(
            $"{unsound.Stretches.Count} stretches of {trajectories} of {record.TrajectoryCount} trajectories, {steps} steps");
        return kept + (unsound.Others > 0 ? FormattableString.Invariant($"; {unsound.Others} more come after these, which the archive does not list") : "")
            + (rows < Math.Min(trajectories, record.TrajectoryCount) ? FormattableString.Invariant($"; the first {rows} trajectories are drawn") : "") + ".";
    }

    private static FigureTable Table(ArchiveDescription record, TimeScale scale, UnsoundStretches unsound) => new(
        ["trajectory", "first step", "end step (not of it)", $"from, {scale.Label}", $"to, {scale.Label}", "what"],
        [
            .. unsound.Stretches.Select(s => (IReadOnlyList<object?>)
            [
                record.NameOf(s.Trajectory), s.Steps.Start, s.Steps.End, scale.TextOf(s.Steps.Start), scale.TextOf(s.Steps.End - 1),
                UnsoundStretches.Words(s.Fault),
            ]),
        ]);
}
