using Coda.Figures.Drawing;

namespace Coda.Figures.Inputs;

/// <summary>A field of two dimensions at one time.</summary>
/// <param name="Title">The time, or what is shown.</param>
/// <param name="Quantity">What it is; errors are drawn centred at zero, spreads from zero, and all others in one range.</param>
/// <param name="Values">By row and column of the grid, the first row below; NaN where there is none.</param>
public sealed record MapPanel(string Title, Quantity Quantity, double[,] Values)
{
    /// <summary>Where the cells lie; numbered from 0, within walls, where nothing else is given.</summary>
    public MapFrame? Frame { get; init; }

    /// <summary>What is known at points alone, such as along a satellite's track; where there are some, they are drawn and <see cref="Values"/> are
    /// not.</summary>
    public IReadOnlyList<MapPoint> Points { get; init; } = [];

    /// <summary>The field and its unit, where a figure has several: each has ranges of its own; <see langword="null"/> for the figure's.</summary>
    public MapField? Field { get; init; }
}
