namespace Coda.Training.Optimization;

/// <summary>Tells a GPU's exhausted memory from LibTorch's other faults, by their words: there is no type or code for it in either TorchSharp.</summary>
internal static class GpuMemory
{
    // The caching allocator, the CUDA runtime, cuBLAS and cuDNN.
    private static readonly string[] Tellings = ["CUDA out of memory", "CUDA error: out of memory", "CUBLAS_STATUS_ALLOC_FAILED", "CUDNN_STATUS_ALLOC_FAILED"];

    /// <summary>Whether a fault is one of memory.</summary>
    /// <param name="fault">The fault.</param>
    public static bool IsExhausted(Exception fault) => Tellings.Any(telling => fault.Message.Contains(telling, StringComparison.Ordinal));

    /// <summary>What LibTorch said, without its call stack.</summary>
    /// <param name="fault">The fault.</param>
    public static string Told(Exception fault) => fault.Message.Split('\n')[0].Trim().TrimEnd('.');
}
