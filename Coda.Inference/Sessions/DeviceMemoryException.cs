using Microsoft.ML.OnnxRuntime;

namespace Coda.Inference.Sessions;

/// <summary>The memory of the device is exhausted, or the limit set to it; a smaller batch may fit.</summary>
/// <param name="device">The device, as in <c>cuda:0</c>.</param>
/// <param name="fault">What ONNX Runtime said.</param>
public sealed class DeviceMemoryException(string device, Exception fault) : Exception(
    $"Device {device}: expected memory for a run, got: {fault.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ')}. "
        + "Take a smaller batch or piece, free memory of the device, or use the device cpu.",
    fault)
{
    // What the arena, CUDA, cuBLAS and cuDNN say (bfc_arena.cc; cuda_call.cc: "CUDA failure 2: out of memory ; GPU=0 ; ..."); there is no error code for it.
    private static readonly string[] Tellings =
    [
        "Failed to allocate memory for requested buffer", "is smaller than requested bytes", "CUDA failure 2:",
        "out of memory", "ALLOC_FAILED", "ALLOCATION_FAILED",
    ];

    /// <summary>Whether a fault of ONNX Runtime is one of memory.</summary>
    /// <param name="fault">The fault.</param>
    internal static bool Tells(OnnxRuntimeException fault) => Tells(fault.Message);

    /// <summary>Whether a message of ONNX Runtime is one of memory.</summary>
    /// <param name="message">The message.</param>
    internal static bool Tells(string message) => Tellings.Any(telling => message.Contains(telling, StringComparison.Ordinal));
}
