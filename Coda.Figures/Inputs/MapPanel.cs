using Coda.Figures.Drawing;

namespace Coda.Figures.Inputs;

/// <summary>A field of two dimensions at one time.</summary>
/// <param name="Title">The time, or what is shown.</param>
/// <param name="Quantity">What it is; errors are drawn centred at zero, spreads from zero, and all others in one range.</param>
/// <param name="Values">By row and column of the grid, the first row below; NaN where there is none.</param>
public sealed record MapPanel(string Title, Quantity Quantity, double[,] Values);
