namespace Coda.Figures.Inputs;

/// <summary>Where the cells of a map lie, and what its edges are.</summary>
/// <param name="X">Where the middles of the first and the last column stand.</param>
/// <param name="Y">Where those of the first and the last row stand.</param>
public sealed record MapFrame((double First, double Last) X, (double First, double Last) Y)
{
    /// <summary>What is measured across, with its unit.</summary>
    public string XLabel { get; init; } = "x";

    /// <summary>What is measured upwards, with its unit.</summary>
    public string YLabel { get; init; } = "y";

    /// <summary>Whether what leaves on the right enters on the left; such edges are drawn dashed, walls solid.</summary>
    public bool IsPeriodicX { get; init; }

    /// <summary>Whether what leaves above enters below.</summary>
    public bool IsPeriodicY { get; init; }

    /// <summary>The coordinates that ticks tell for places 0 and 1 of <see cref="X"/>, such as degrees; the places themselves by default.</summary>
    public (double Zero, double One)? XScale { get; init; }

    /// <summary>The coordinates that ticks tell for places 0 and 1 of <see cref="Y"/>.</summary>
    public (double Zero, double One)? YScale { get; init; }

    /// <summary>Cells that are numbered from 0, within walls.</summary>
    /// <param name="values">Their values. [row, column]</param>
    internal static MapFrame Of(double[,] values) => new((0, values.GetLength(1) - 1), (0, values.GetLength(0) - 1));
}
