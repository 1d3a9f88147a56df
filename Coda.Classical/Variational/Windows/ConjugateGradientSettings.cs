namespace Coda.Classical.Variational.Windows;

/// <summary>How far conjugate gradients solve the equations of a Gauss-Newton step.</summary>
internal sealed record ConjugateGradientSettings
{
    /// <summary>The residual over the gradient at which they stop.</summary>
    public double Tolerance { get; init; } = 1e-3;

    /// <summary>The most iterations; a step that they cut short leads downhill all the same.</summary>
    public int MostIterations { get; init; } = 250;

    /// <summary>Whether the model and its derivatives are computed in single precision; sums and states stay in double.</summary>
    public bool IsSingle { get; init; }
}
