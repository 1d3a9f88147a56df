using ScottPlot;

namespace Coda.Figures.Drawing;

/// <summary>How all plots look: paper, ink, fonts that are read at half size.</summary>
internal static class FigureStyle
{
    private const float LabelSize = 15;
    private const float TickSize = 14;

    /// <summary>A plot with a title and labelled axes.</summary>
    /// <param name="title">What the panel shows; empty where the figure's title says it.</param>
    /// <param name="x">The label of the x-axis, with its unit.</param>
    /// <param name="y">The label of the y-axis, with its unit.</param>
    public static Plot New(string title, string x, string y)
    {
        var plot = new Plot();
        if (title.Length > 0)
        {
            plot.Title(title, LabelSize);
        }

        plot.XLabel(x, LabelSize);
        plot.YLabel(y, LabelSize);
        return plot;
    }

    /// <summary>Labels the x-axis of the lowest of panels below each other; the others have its ticks alone.</summary>
    /// <param name="plot">The plot.</param>
    /// <param name="x">The label, with its unit.</param>
    /// <param name="isLast">Whether the panel is the lowest.</param>
    public static void LabelBelow(Plot plot, string x, bool isLast)
    {
        plot.XLabel(isLast ? x : "", LabelSize);
        plot.Axes.Bottom.TickLabelStyle.IsVisible = isLast;
    }

    /// <summary>Gives a drawn plot the theme's colours.</summary>
    /// <param name="plot">The plot.</param>
    /// <param name="theme">The colours.</param>
    /// <param name="family">The font.</param>
    public static Plot Finish(Plot plot, Theme theme, string family)
    {
        plot.Font.Set(family);
        plot.FigureBackground.Color = theme.Paper;
        plot.DataBackground.Color = theme.Paper;
        plot.Axes.Color(theme.Ink);
        plot.Axes.Title.Label.ForeColor = theme.Ink;
        plot.Grid.MajorLineColor = theme.Grid;
        plot.Legend.BackgroundColor = theme.Paper;
        plot.Legend.FontColor = theme.Ink;
        plot.Legend.OutlineColor = theme.Grid;
        plot.Legend.ShadowColor = Colors.Transparent;
        plot.Legend.FontSize = TickSize;
        foreach (var axis in plot.Axes.GetAxes())
        {
            axis.TickLabelStyle.FontSize = TickSize;
            axis.TickLabelStyle.ForeColor = theme.Ink;
            axis.TickLabelStyle.FontName = family;
            axis.Label.ForeColor = theme.Ink;
            axis.Label.FontName = family;
        }

        return plot;
    }
}
