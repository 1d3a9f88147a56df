namespace Coda.Inference.Sessions;

/// <summary>Where the library of ONNX Runtime's CUDA provider lies.</summary>
/// <remarks>
/// It comes with the package Microsoft.ML.OnnxRuntime.Gpu, beside the main library, and fits no other build of that: a stranger's would end the process. Where
/// an application leaves it out for its size, as the <c>coda</c> tool does, <c>CODA_CUDA_PROVIDER</c> names the folder of the same package.
/// </remarks>
internal static class CudaProvider
{
    /// <summary>Environment variable with the folder of the native libraries of Microsoft.ML.OnnxRuntime.Gpu.</summary>
    public const string FolderVariable = "CODA_CUDA_PROVIDER";

    private static readonly string Library = OperatingSystem.IsWindows() ? "onnxruntime_providers_cuda.dll" : "libonnxruntime_providers_cuda.so";
    private static readonly string Main = OperatingSystem.IsWindows() ? "onnxruntime.dll" : "libonnxruntime.so";

    /// <summary>The absolute path of the library.</summary>
    /// <exception cref="DllNotFoundException">No folder holds it, or the one named holds another build of ONNX Runtime; the message says where it was looked
    /// for.</exception>
    public static string Find() => Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } named
        ? InFolderNamed(Path.GetFullPath(named))
        : Among(ApplicationFolders(), Library) ?? throw new DllNotFoundException($"no {Library} beside the application");

    private static string InFolderNamed(string folder)
    {
        var (provider, main) = (Path.Combine(folder, Library), Path.Combine(folder, Main));
        if (!File.Exists(provider) || !File.Exists(main))
        {
            throw new DllNotFoundException($"no {(File.Exists(provider) ? Main : Library)} in {folder}, which {FolderVariable} names");
        }

        return Among(ApplicationFolders(), Main) is { } own && !SameBytes(own, main)
            ? throw new DllNotFoundException($"another build of ONNX Runtime in {folder}, which {FolderVariable} names, than the application's {own}")
            : provider;
    }

    private static string? Among(IEnumerable<string> folders, string file) => folders.Select(folder => Path.Combine(folder, file)).FirstOrDefault(File.Exists);

    // Where the .NET host looks for native libraries: the application's folder, and those that its dependencies name.
    private static IEnumerable<string> ApplicationFolders() =>
    [
        AppContext.BaseDirectory,
        .. ((string?)AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries),
    ];

    private static bool SameBytes(string one, string other)
    {
        using var first = File.OpenRead(one);
        using var second = File.OpenRead(other);
        if (first.Length != second.Length)
        {
            return false;
        }

        var (a, b) = (new byte[1 << 16], new byte[1 << 16]);
        for (int read; (read = first.ReadAtLeast(a, a.Length, throwOnEndOfStream: false)) > 0;)
        {
            second.ReadExactly(b, 0, read);
            if (!a.AsSpan(0, read).SequenceEqual(b.AsSpan(0, read)))
            {
                return false;
            }
        }

        return true;
    }
}
