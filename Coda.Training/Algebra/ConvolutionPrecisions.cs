using System.Runtime.Intrinsics.X86;

namespace Coda.Training.Algebra;

/// <summary>What this machine's processor can do.</summary>
public static class ConvolutionPrecisions
{
    private const uint Intel = 0x756E6547; // "Genu", of GenuineIntel

    /// <summary>
    /// The fastest precision: <see cref="ConvolutionPrecision.BFloat16"/> where the processor multiplies it natively (CPUID leaf 7.1, EAX bit 5), and on
    /// Intel's in tiles as well (leaf 7, EDX bit 22): without them, as some clouds have it, a step took 1.4 times as long as in float32.
    /// </summary>
    public static ConvolutionPrecision Fastest => HasFastBFloat16 ? ConvolutionPrecision.BFloat16 : ConvolutionPrecision.Float32;

    private static bool HasFastBFloat16
    {
        get
        {
            if (!X86Base.IsSupported || X86Base.CpuId(0, 0) is not { Eax: >= 7 } leaves || (X86Base.CpuId(7, 1).Eax & (1 << 5)) == 0)
            {
                return false;
            }

            return leaves.Ebx != Intel || (X86Base.CpuId(7, 0).Edx & (1 << 22)) != 0;
        }
    }
}
