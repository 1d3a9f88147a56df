using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Coda.Data.Native;

namespace Microsoft.ML.OnnxRuntime;

/// <summary>Makes this assembly load <c>libonnxruntime.so</c> from where set-up put it.</summary>
internal static class NativeLoading
{
    [ModuleInitializer]
    internal static void Register() =>
        NativeLibrary.SetDllImportResolver(typeof(NativeLoading).Assembly, Load);

    // Zero hands any other library (custom operators) back to the runtime's own search.
    private static nint Load(string name, Assembly assembly, DllImportSearchPath? path) =>
        name == "onnxruntime" ? NativeLibrary.Load(NativeLibraries.Resolve("libonnxruntime.so")) : 0;
}
