using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]

namespace TorchSharp.Interop;

/// <summary>
/// Finds libcoda_torch.so: in the folder that CODA_NATIVE names, beside the application, or in artifacts/native of a folder above it.
/// </summary>
internal static class NativeLoader
{
    private const string FileName = "libcoda_torch.so";

    [ModuleInitializer]
    internal static void Register() => NativeLibrary.SetDllImportResolver(typeof(NativeLoader).Assembly, Resolve);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        if (name != Native.Library)
            return 0;
        foreach (string file in Candidates())
        {
            if (File.Exists(file))
                return NativeLibrary.Load(file);
        }
        throw new DllNotFoundException($"{FileName}, the layer over LibTorch, is in none of: {string.Join(", ", Candidates())}. "
            + "Build it with: ./build.sh Setup");
    }

    private static IEnumerable<string> Candidates()
    {
        if (Environment.GetEnvironmentVariable("CODA_NATIVE") is { Length: > 0 } folder)
            yield return Path.Combine(folder, FileName);
        yield return Path.Combine(AppContext.BaseDirectory, FileName);
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string artifacts = Path.Combine(at.FullName, "artifacts", "native");
            if (Directory.Exists(artifacts))
                yield return Path.Combine(artifacts, FileName);
        }
    }
}
