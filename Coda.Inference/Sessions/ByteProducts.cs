using System.Runtime.Intrinsics.X86;

namespace Coda.Inference.Sessions;

/// <summary>Whether this machine sums products of unsigned by signed bytes in 32 bits, natively.</summary>
internal static class ByteProducts
{
    /// <summary>
    /// False on x86 without VNNI (CPUID leaf 7, ECX bit 11, or leaf 7.1, EAX bit 4), where ONNX Runtime's kernels sum pairs in sixteen bits, which may
    /// overflow.
    /// </summary>
    public static bool AreExact
    {
        get
        {
            if (!X86Base.IsSupported)
            {
                return true;
            }

            var leaves = X86Base.CpuId(0, 0).Eax;
            return leaves >= 7 && ((X86Base.CpuId(7, 0).Ecx & (1 << 11)) != 0 || (X86Base.CpuId(7, 1).Eax & (1 << 4)) != 0);
        }
    }
}
