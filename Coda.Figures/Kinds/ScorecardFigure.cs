using Coda.Data.Scoring.Differences;
using Coda.Figures.Drawing;
using Coda.Figures.Inputs;
using ScottPlot;

namespace Coda.Figures.Kinds;

/// <summary>What estimates differ by from one of them, a row an estimate and a column a lead: the colour and a sign say better or worse.</summary>
internal static class ScorecardFigure
{
    private const int RowHeight = 34;
    private const int MostRows = 24;
    private const double Half = 0.48; // of a cell, which leaves a gap to the next

    /// <summary>Makes the figure.</summary>
    /// <param name="source">Of what.</param>
    /// <param name="measure">What is compared.</param>
    /// <param name="reference">What the estimates are compared with.</param>
    /// <param name="columns">What the columns are.</param>
    /// <param name="cells">The cells, row by row.</param>
    public static Figure Of(FigureSource source, string measure, string reference, string columns, IReadOnlyList<ScorecardCell> cells)
    {
        if (cells.Count == 0)
        {
            throw new ArgumentException("Expected at least one cell, got none.", nameof(cells));
        }

        string[] rows = [.. cells.Select(c => c.Row).Distinct().Take(MostRows)];
        string[] heads = [.. cells.Select(c => c.Column).Distinct()];
        return new("scorecard", $"{measure} beside {reference}", source, Describe(cells), Table(columns, cells), [Draw])
        {
            Size = new(900, 200 + (RowHeight * rows.Length)),
        };

        Plot Draw(Theme theme)
        {
            var plot = FigureStyle.New("", columns, "");
            foreach (var cell in cells.Where(c => rows.Contains(c.Row)))
            {
                var (x, y) = (Array.IndexOf(heads, cell.Column), -Array.IndexOf(rows, cell.Row));
                var ground = plot.Add.Rectangle(x - Half, x + Half, y - Half, y + Half);
                (ground.FillColor, ground.LineWidth) = (Color(theme, cell.Difference.Verdict), 0);
                var text = plot.Add.Text(Words(cell), x, y);
                (text.LabelFontSize, text.LabelFontColor, text.LabelAlignment) =
                    (13, cell.Difference.Verdict == DifferenceVerdict.NotToldApart ? theme.Ink : theme.Paper, Alignment.MiddleCenter);
            }

            foreach (var verdict in cells.Select(c => c.Difference.Verdict).Distinct().OrderDescending())
            {
                var sample = plot.Add.Scatter(new[] { double.NaN }, new[] { double.NaN }, Color(theme, verdict)); // of no place: for the legend
                (sample.LegendText, sample.LineWidth, sample.MarkerSize) = (Words(verdict), 12, 0);
            }

            plot.Axes.Bottom.SetTicks([.. heads.Select((_, i) => (double)i)], heads);
            plot.Axes.Left.SetTicks([.. rows.Select((_, i) => -(double)i)], rows);
            plot.Axes.SetLimits(-0.6, heads.Length - 0.4, 0.4 - rows.Length, 0.6);
            plot.HideGrid();
            return plot;
        }
    }

    private static string Words(ScorecardCell cell) => FormattableString.Invariant($"{Sign(cell.Difference.Verdict)}{100 * cell.Relative:+0.0;-0.0;0} %");

    private static string Sign(DifferenceVerdict verdict) => verdict switch
    {
        DifferenceVerdict.Better => "▼ ",
        DifferenceVerdict.Worse => "▲ ",
        _ => "",
    };

    private static Color Color(Theme theme, DifferenceVerdict verdict) => verdict switch
    {
        DifferenceVerdict.Better => theme.Series(0),
        DifferenceVerdict.Worse => theme.Series(1),
        _ => theme.Gap,
    };

    private static string Words(DifferenceVerdict verdict) => verdict switch
    {
        DifferenceVerdict.Better => "better",
        DifferenceVerdict.Worse => "worse",
        _ => "not told apart",
    };

    private static string Describe(IReadOnlyList<ScorecardCell> cells) =>
        $"Of {cells.Count} differences {string.Join(", ", cells.GroupBy(c => c.Difference.Verdict).OrderByDescending(g => g.Key)
            .Select(g => $"{g.Count()} {Words(g.Key)}"))}.";

    private static FigureTable Table(string columns, IReadOnlyList<ScorecardCell> cells) => new(
        ["estimate", columns, "difference", "from", "to", "in %", "p", "effective", "verdict", "more trajectories"],
        [.. cells.Select(c => (IReadOnlyList<object?>)
        [
            c.Row, c.Column, c.Difference.Value, c.Difference.Low, c.Difference.High, 100 * c.Relative, c.Difference.AdjustedP, c.Difference.Effective,
            Words(c.Difference.Verdict), c.Difference.MoreTrajectories,
        ])]);
}
