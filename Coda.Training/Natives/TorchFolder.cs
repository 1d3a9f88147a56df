using System.Reflection;
using System.Runtime.InteropServices;
using TorchSharp;

namespace Coda.Training.Natives;

/// <summary>A folder with another LibTorch than the packages', such as one with CUDA.</summary>
internal static class TorchFolder
{
    /// <summary>Whether a folder's libraries have been loaded.</summary>
    public static bool IsLoaded { get; private set; }

    /// <summary>Loads a folder's libraries, so that nothing else is taken in their place.</summary>
    /// <param name="folder">The folder's absolute path.</param>
    /// <exception cref="DllNotFoundException">A library is missing or cannot be loaded.</exception>
    /// <exception cref="InvalidDataException">They are of another version than TorchSharp was built for; a structure that has changed since would end the process.</exception>
    public static void Load(string folder)
    {
        // c10 first: libtorch_cpu.so is hundreds of megabytes, and a folder that is none fails early.
        var names = OperatingSystem.IsWindows() ? new[] { "c10.dll", "torch_cpu.dll", "torch_cuda.dll", "torch.dll" }
            : OperatingSystem.IsMacOS() ? ["libc10.dylib", "libtorch_cpu.dylib", "libtorch_cuda.dylib", "libtorch.dylib"]
            : ["libc10.so", "libtorch_cpu.so", "libtorch_cuda.so", "libtorch.so"];
        foreach (var name in names)
        {
            var path = Path.Combine(folder, name);
            if (File.Exists(path))
            {
                var handle = LoadFile(path);
                if (name == names[1])
                {
                    RequireVersion(folder, handle);
                }
            }
            else if (name != names[2]) // a LibTorch for CPUs has none
            {
                throw new DllNotFoundException($"{LibTorch.FolderVariable}: expected the folder of LibTorch's libraries, got {folder}, which has no {name}.");
            }
        }

        IsLoaded = true;
        SayThatItIsLoaded();
    }

    private static nint LoadFile(string path)
    {
        try
        {
            return NativeLibrary.Load(path);
        }
        catch (DllNotFoundException fault)
        {
            throw new DllNotFoundException($"{LibTorch.FolderVariable}: expected a LibTorch that this system can load, got for {path}: {fault.Message.ReplaceLineEndings(" ")}", fault);
        }
    }

    // LibTorch tells its version through the C interface that its compiled models use: major, minor, patch in the three highest bytes.
    private static unsafe void RequireVersion(string folder, nint library)
    {
        if (!NativeLibrary.TryGetExport(library, "aoti_torch_abi_version", out var function))
        {
            throw new InvalidDataException($"{LibTorch.FolderVariable}: expected LibTorch {LibTorch.Version}, got an older one in {folder}. Install that version.");
        }

        var packed = ((delegate* unmanaged[Cdecl]<ulong>)function)();
        var (major, minor, patch) = ((int)(packed >> 56), (int)(packed >> 48 & 0xff), (int)(packed >> 40 & 0xff));
        if ($"{major}.{minor}" != LibTorch.Version)
        {
            throw new InvalidDataException($"{LibTorch.FolderVariable}: expected LibTorch {LibTorch.Version}, for which TorchSharp was built, got {major}.{minor}.{patch} in {folder}. Install that version.");
        }
    }

    // TorchSharp would look beside the application first, and load a second LibTorch where the application has one of its own.
    private static void SayThatItIsLoaded()
    {
        const string field = "nativeBackendLoaded";
        var loaded = typeof(torch).GetField(field, BindingFlags.NonPublic | BindingFlags.Static)
            ?? throw new MissingFieldException($"{LibTorch.FolderVariable}: expected TorchSharp 0.107, whose class torch has a field {field}; got another release.");
        loaded.SetValue(null, true);
    }
}
