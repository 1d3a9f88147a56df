using System.Runtime.InteropServices;

namespace Coda.Training.Natives;

/// <summary>A folder with another LibTorch than the packages', such as one with CUDA.</summary>
internal static class TorchFolder
{
    /// <summary>Whether a folder's libraries have been loaded.</summary>
    public static bool IsLoaded { get; private set; }

    /// <summary>Loads a folder's libraries, so that nothing else is taken in their place.</summary>
    /// <param name="folder">The folder's absolute path.</param>
    /// <exception cref="InvalidOperationException">The application has a LibTorch of its own, which TorchSharp would load beside it: two end the
    /// process.</exception>
    /// <exception cref="DllNotFoundException">A library is missing or cannot be loaded.</exception>
    /// <exception cref="InvalidDataException">They are of another version than TorchSharp was built for; a structure that has changed since would end the
    /// process.</exception>
    public static void Load(string folder)
    {
        // c10 first: libtorch_cpu.so is hundreds of megabytes, and a folder that is none fails early.
        var names = OperatingSystem.IsWindows() ? new[] { "c10.dll", "torch_cpu.dll", "torch_cuda.dll", "torch.dll" }
            : OperatingSystem.IsMacOS() ? ["libc10.dylib", "libtorch_cpu.dylib", "libtorch_cuda.dylib", "libtorch.dylib"]
            : ["libc10.so", "libtorch_cpu.so", "libtorch_cuda.so", "libtorch.so"];
        if (LibTorch.ApplicationFolders().Select(own => Path.Combine(own, names[1])).FirstOrDefault(File.Exists) is { } ours)
        {
            throw new InvalidOperationException(
                $"{LibTorch.FolderVariable}: expected an application without a LibTorch of its own, got {ours} beside {folder}. "
                + "Leave its own out: build Coda with the same variable set, or exclude in a project of yours the assets of the package libtorch-cpu-linux-x64 "
                + "(-win-x64, -osx-arm64). Or unset the variable.");
        }

        foreach (var name in names)
        {
            var path = Path.Combine(folder, name);
            if (File.Exists(path))
            {
                var handle = LoadFile($"{LibTorch.FolderVariable}: expected", path);
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
    }

    /// <summary>Refuses another version of LibTorch.</summary>
    /// <param name="folder">The folder that holds it.</param>
    /// <param name="packed">Its version: major, minor, patch in the three highest bytes.</param>
    /// <exception cref="InvalidDataException">It is another one.</exception>
    internal static void Require(string folder, ulong packed)
    {
        var (major, minor, patch) = (packed >> 56, packed >> 48 & 0xff, packed >> 40 & 0xff);
        if ($"{major}.{minor}" != LibTorch.Version)
        {
            throw new InvalidDataException(
                $"{LibTorch.FolderVariable}: expected LibTorch {LibTorch.Version}, for which TorchSharp was built, got {major}.{minor}.{patch} in {folder}. "
                    + "Install that version.");
        }
    }

    /// <summary>Loads a library, or says what it lacks.</summary>
    /// <param name="expected">How the message begins.</param>
    /// <param name="path">The library's file.</param>
    /// <exception cref="DllNotFoundException">It cannot be loaded.</exception>
    internal static nint LoadFile(string expected, string path)
    {
        try
        {
            return NativeLibrary.Load(path);
        }
        catch (DllNotFoundException fault)
        {
            throw new DllNotFoundException(
                $"{expected} a library that this system can load, got for {path}: "
                + $"{fault.Message.ReplaceLineEndings(" ").Trim()} Install what it names, or take a newer system (glibc 2.34, GCC 12's libstdc++).",
                fault);
        }
    }

    // LibTorch tells its version through the C interface that its compiled models use.
    private static unsafe void RequireVersion(string folder, nint library)
    {
        if (!NativeLibrary.TryGetExport(library, "aoti_torch_abi_version", out var function))
        {
            throw new InvalidDataException(
                $"{LibTorch.FolderVariable}: expected LibTorch {LibTorch.Version}, got an older one in {folder}. Install that version.");
        }

        Require(folder, ((delegate* unmanaged[Cdecl]<ulong>)function)());
    }
}
