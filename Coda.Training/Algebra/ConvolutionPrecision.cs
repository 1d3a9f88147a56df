namespace Coda.Training.Algebra;

/// <summary>The precision of a network's convolutions in training; weights, sums, dynamics and everything released stay float32.</summary>
public enum ConvolutionPrecision
{
    /// <summary>32 bits.</summary>
    Float32,

    /// <summary>bfloat16: 8 bits of significand, for processors that multiply it natively (AVX-512 BF16); docs/performance.md has the speed there.</summary>
    BFloat16,
}
