using Microsoft.ML.OnnxRuntime;

namespace Coda.Inference.Sessions;

/// <summary>ONNX Runtime's native library, asked for before anything else of it, so that a missing one is said in plain words.</summary>
internal static class OnnxLibrary
{
    /// <summary>Loads the library where that has not been done.</summary>
    /// <exception cref="DllNotFoundException">It is missing or cannot be loaded; the message names the package that brings it.</exception>
    public static void Require()
    {
        try
        {
            _ = OrtEnv.Instance();
        }
        catch (Exception fault) when (Missing(fault) is { } missing)
        {
            throw new DllNotFoundException(
                "Expected ONNX Runtime's native library (onnxruntime) beside the application, got none that this system can load. "
                    + "Refer to the package Microsoft.ML.OnnxRuntime, or to Microsoft.ML.OnnxRuntime.Gpu for CUDA too.",
                missing);
        }
    }

    // The binding meets it in a type's initializer.
    private static Exception? Missing(Exception? fault) =>
        fault is null or DllNotFoundException or BadImageFormatException or EntryPointNotFoundException ? fault : Missing(fault.InnerException);
}
