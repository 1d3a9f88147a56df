using Coda.Figures.Drawing;

namespace Coda.Figures.Inputs;

/// <summary>Values at times and sites, one panel of a Hovmoeller diagram.</summary>
/// <param name="Quantity">What they are; errors are drawn centred at zero, spreads from zero, and all others in one range.</param>
/// <param name="Values">By time and site; NaN where there is none.</param>
public sealed record SlicePanel(Quantity Quantity, double[,] Values)
{
    /// <summary>What the panel is called; the quantity's name where nothing else is given.</summary>
    public string Title { get; init; } = Quantity.ToString().ToLowerInvariant();
}
