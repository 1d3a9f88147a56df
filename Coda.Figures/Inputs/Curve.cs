using Coda.Figures.Drawing;

namespace Coda.Figures.Inputs;

/// <summary>A curve, with a band around it where its values have errors.</summary>
/// <param name="Label">What the legend calls it.</param>
/// <param name="X">Where its values stand, rising.</param>
/// <param name="Y">Its values, one an <paramref name="X"/>; NaN where there is none, which leaves a gap.</param>
public sealed record Curve(string Label, IReadOnlyList<double> X, IReadOnlyList<double> Y)
{
    /// <summary>The quantity, whose colour it takes; its number's colour where it is none.</summary>
    public Quantity? Quantity { get; init; }

    /// <summary>Where several curves are of one estimate: the number of the estimate, whose colour they take.</summary>
    public int? Series { get; init; }

    /// <summary>Half the band's height at each value; <see langword="null"/> without a band.</summary>
    public IReadOnlyList<double>? Deviation { get; init; }

    /// <summary>Whether it is drawn as points without a line, as observations are.</summary>
    public bool IsPoints { get; init; }

    /// <summary>Whether it is a line to compare with, and drawn as one.</summary>
    public bool IsReference { get; init; }
}
