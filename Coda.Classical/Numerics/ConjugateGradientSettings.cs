namespace Coda.Classical.Numerics;

/// <summary>How far conjugate gradients go.</summary>
internal sealed record ConjugateGradientSettings
{
    /// <summary>The residual over the right-hand side at which they stop.</summary>
    public double Tolerance { get; init; } = 1e-3;

    /// <summary>The most iterations; what they have by then is a step downhill all the same.</summary>
    public int MostIterations { get; init; } = 250;

    /// <summary>Whether the directions of each system precondition those after it, until it begins anew; it keeps two vectors an iteration.</summary>
    public bool IsPreconditioned { get; init; }
}
