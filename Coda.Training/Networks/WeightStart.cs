namespace Coda.Training.Networks;

/// <summary>How an array of weights starts.</summary>
public enum WeightStart
{
    /// <summary>Uniform in ±1/√(fan-in), for kernels and their biases (LeCun et al., 1998).</summary>
    Uniform,

    /// <summary>All 0: a block that starts as the identity, a running mean, a shift.</summary>
    Zero,

    /// <summary>All 1: a running variance, a scale.</summary>
    One,

    /// <summary>The definition's value (<see cref="WeightDefinition.Value"/>): a number of the simulator's.</summary>
    Given,
}
