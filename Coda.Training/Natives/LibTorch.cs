using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using TorchSharp;

namespace Coda.Training.Natives;

/// <summary>LibTorch's native libraries: which ones are taken, and what this system needs to load them.</summary>
/// <remarks>
/// By default those of the packages, which the loader finds by itself; TorchSharp's own library is repaired where the system's libstdc++ is older than it asks
/// for (<see cref="RepairedLibrary"/>). With <c>CODA_TORCH_NATIVES</c>, in an application without LibTorch of its own, those of another folder: a LibTorch with
/// CUDA, or <c>torch/lib</c> of a Python installation. Thread-safe.
/// </remarks>
public static partial class LibTorch
{
    /// <summary>Environment variable with the folder of another LibTorch of the version that TorchSharp was built for.</summary>
    public const string FolderVariable = "CODA_TORCH_NATIVES";

    /// <summary>
    /// The version of LibTorch that TorchSharp was built for, major and minor; each minor version changes structures that compiled code knows.
    /// </summary>
    public const string Version = "2.10";

    private const string Binding = "LibTorchSharp";
    private const string WaitPolicy = "OMP_WAIT_POLICY";
    private static readonly Lock Loading = new();
    private static nint _binding;

    /// <summary>Loads the libraries; after the first time nothing happens.</summary>
    /// <remarks>
    /// Coda calls it before it computes; an application that uses TorchSharp before it uses Coda calls it first. It also makes idle threads of OpenMP sleep
    /// rather than spin, unless the environment says otherwise: on a machine that does other work as well, spinning made a training step five times slower.
    /// </remarks>
    /// <exception cref="DllNotFoundException">A library is missing or cannot be loaded; the message says which and what to do.</exception>
    /// <exception cref="InvalidDataException">The folder that <c>CODA_TORCH_NATIVES</c> names holds another version, or the repaired copy is
    /// damaged.</exception>
    /// <exception cref="InvalidOperationException"><c>CODA_TORCH_NATIVES</c> is set in an application with a LibTorch of its own.</exception>
    /// <exception cref="IOException">The repaired copy cannot be written.</exception>
    public static void Load()
    {
        lock (Loading)
        {
            if (_binding != 0)
            {
                return;
            }

            if (OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable(WaitPolicy) is null)
            {
                _ = SetNativeVariable(WaitPolicy, "PASSIVE", 0); // Environment.SetEnvironmentVariable does not reach native libraries
            }

            if (Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } folder)
            {
                TorchFolder.Load(Path.GetFullPath(folder));
            }

            _binding = LoadBinding();
        }
    }

    // For whoever uses TorchSharp without having called Load: the loader asks here for what it could not load.
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "It subscribes to an event and loads nothing.")]
    internal static void Prepare() => AssemblyLoadContext.GetLoadContext(typeof(LibTorch).Assembly)!.ResolvingUnmanagedDll += (assembly, name) =>
    {
        if (!OperatingSystem.IsLinux() || name != Binding || assembly != typeof(torch).Assembly)
        {
            return 0;
        }

        Load();
        return _binding;
    };

    /// <summary>Where TorchSharp and the loader look for libraries of the application.</summary>
    internal static IEnumerable<string> ApplicationFolders() =>
    [
        Path.GetDirectoryName(typeof(torch).Assembly.Location) is { Length: > 0 } own ? own : AppContext.BaseDirectory,
        .. ((string?)AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries),
    ];

    // Probes as the loader does for TorchSharp itself; where that fails on Linux, with an error that says why.
    private static nint LoadBinding() =>
        OperatingSystem.IsLinux() ? LoadFromApplication()
        : NativeLibrary.TryLoad(Binding, typeof(torch).Assembly, null, out var handle) ? handle
        : throw new DllNotFoundException($"Expected TorchSharp's library {Binding} and LibTorch beside the application, got none that loads. {Cure}");

    private static nint LoadFromApplication()
    {
        var folders = ApplicationFolders().ToList();
        string File(string name) => folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(System.IO.File.Exists)
            ?? throw new DllNotFoundException($"Expected {name} beside the application, got none in {string.Join(", ", folders)}. {Cure}");
        if (!TorchFolder.IsLoaded)
        {
            // The repaired copy lies elsewhere and finds what it needs only if it is loaded already.
            TorchFolder.LoadFile("Expected", File("libtorch_cpu.so"));
            TorchFolder.LoadFile("Expected", File("libtorch.so"));
        }

        return RepairedLibrary.Load(File($"lib{Binding}.so"));
    }

    private static string Cure => $"Refer to the package TorchSharp-cpu, or set {FolderVariable} to the folder of a LibTorch {Version}.";

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetNativeVariable(string name, string value, int overwrite);
}
