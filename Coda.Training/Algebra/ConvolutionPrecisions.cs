using System.Runtime.Intrinsics.X86;

namespace Coda.Training.Algebra;

/// <summary>What this machine's processor can do.</summary>
public static class ConvolutionPrecisions
{
    /// <summary>The fastest precision: <see cref="ConvolutionPrecision.BFloat16"/> where the processor multiplies it natively (CPUID leaf 7.1, EAX bit
    /// 5).</summary>
    public static ConvolutionPrecision Fastest =>
        X86Base.IsSupported && X86Base.CpuId(0, 0).Eax >= 7 && (X86Base.CpuId(7, 1).Eax & (1 << 5)) != 0
            ? ConvolutionPrecision.BFloat16
            : ConvolutionPrecision.Float32;
}
