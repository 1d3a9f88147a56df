using Coda.Figures.Drawing;

namespace Coda.Figures.Inputs;

/// <summary>A wavelength that is marked among spectra.</summary>
/// <param name="Label">What the legend calls it.</param>
/// <param name="Wavelength">Where it stands, in grid lengths, greater than 0.</param>
public sealed record ScaleMark(string Label, double Wavelength)
{
    /// <summary>The quantity whose colour it takes; that of its <see cref="Series"/> where it is none.</summary>
    public Quantity? Quantity { get; init; }

    /// <summary>The number of the estimate whose colour it takes.</summary>
    public int Series { get; init; }
}
