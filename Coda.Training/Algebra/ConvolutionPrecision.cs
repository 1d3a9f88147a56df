namespace Coda.Training.Algebra;

/// <summary>The precision of a network's convolutions in training; weights, sums, dynamics and everything released stay float32.</summary>
public enum ConvolutionPrecision
{
    /// <summary>32 bits.</summary>
    Float32,

    /// <summary>bfloat16: 8 bits of significand, twice the speed on processors that have it (AVX-512 BF16) and on GPUs, far slower on others.</summary>
    BFloat16,
}
