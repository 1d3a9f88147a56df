namespace Coda.Figures.Drawing;

/// <summary>How large a figure is drawn.</summary>
/// <param name="Width">Pixels across, 200 to 4000.</param>
/// <param name="Height">Pixels down, 150 to 6000.</param>
public readonly record struct FigureSize(int Width, int Height)
{
    /// <summary>The greatest height that can be drawn.</summary>
    internal const int MostHeight = 6000;

    /// <summary>Refuses what cannot be drawn.</summary>
    /// <exception cref="ArgumentException">A size outside its range.</exception>
    internal FigureSize Checked() => Width is >= 200 and <= 4000 && Height is >= 150 and <= MostHeight
        ? this
        : throw new ArgumentException(FormattableString.Invariant($"Expected a figure of 200 to 4000 by 150 to 6000 pixels, got {Width} by {Height}."));
}
