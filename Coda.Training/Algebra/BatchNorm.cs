namespace Coda.Training.Algebra;

/// <summary>Batch normalization per channel (Ioffe and Szegedy, 2015): (a - mean) / √(variance + ε) · scale + shift.</summary>
/// <param name="Scale">γ. [channel]</param>
/// <param name="Shift">β. [channel]</param>
/// <param name="Mean">The running mean. [channel]</param>
/// <param name="Variance">The running variance. [channel]</param>
/// <typeparam name="T">What stands for an array.</typeparam>
public sealed record BatchNorm<T>(T Scale, T Shift, T Mean, T Variance)
{
    /// <summary>ε, added to the variance.</summary>
    public const double Epsilon = 1e-5;

    /// <summary>The share of a new batch in the running statistics.</summary>
    public const double Momentum = 0.1;
}
