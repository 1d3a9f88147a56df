namespace Coda.Classical.Variational.Tiles;

/// <summary>How the normal equations are solved on a large ring.</summary>
/// <param name="Plan">The tiles.</param>
internal sealed record TileSettings(TilePlan Plan)
{
    /// <summary>The error at which conjugate gradients stop, a share of what they started with, or of the posterior's standard deviation where that is
    /// more.</summary>
    public double Tolerance { get; init; } = 1e-4;

    /// <summary>The samples of the posterior by which the spread learns what is outside a tile.</summary>
    public int Samples { get; init; } = 8;

    /// <summary>The most iterations of conjugate gradients for one right-hand side.</summary>
    public int MostIterations { get; init; } = 200;

    /// <summary>How many tiles are worked on at the same time.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>Stops within a pass.</summary>
    public CancellationToken Cancellation { get; init; }
}
