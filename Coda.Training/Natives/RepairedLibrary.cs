using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Coda.Data.Foundation;

namespace Coda.Training.Natives;

/// <summary>A copy of a shared library that does without a version of libstdc++ of which it needs no symbol.</summary>
/// <remarks>
/// TorchSharp 0.107 is built with GCC 13 and names GLIBCXX_3.4.32 for the single symbol <c>std::ios_base_library_init</c>, to which it has no relocation;
/// Debian 12 and Ubuntu 22.04 end before that version. The package's own file is never changed. The copy lies in the user's cache, written whole under a name
/// made of its content's hash, and its bytes are checked before it is loaded.
/// </remarks>
internal static partial class RepairedLibrary
{
    /// <summary>Environment variable with a folder to keep the copy in, in place of the user's cache.</summary>
    public const string CacheVariable = "CODA_CACHE";

    /// <summary>Loads a library; where the system's libstdc++ is too old for it, its copy.</summary>
    /// <param name="path">The library's file. What it needs of its own package is loaded already.</param>
    /// <returns>The loader's handle.</returns>
    /// <exception cref="DllNotFoundException">It cannot be loaded, and not for want of such a version.</exception>
    /// <exception cref="InvalidDataException">The library cannot do without the version, or its copy is damaged.</exception>
    /// <exception cref="IOException">The copy cannot be written; the message says where another place is named.</exception>
    public static nint Load(string path)
    {
        try
        {
            return NativeLibrary.Load(path);
        }
        catch (DllNotFoundException fault) when (MissingVersion().Match(fault.Message) is { Success: true } missing)
        {
            return TorchFolder.LoadFile("Expected", CopyOf(path, missing.Value, CacheFolder()));
        }
        catch (DllNotFoundException)
        {
            return TorchFolder.LoadFile("Expected", path); // says why
        }
    }

    /// <summary>Where the copies lie.</summary>
    public static string CacheFolder()
    {
        string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
        return Variable(CacheVariable)
            ?? Path.Combine(Variable("XDG_CACHE_HOME") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"), "coda");
    }

    /// <summary>The copy that does without a version, made where it is not there yet.</summary>
    /// <param name="path">The library's file.</param>
    /// <param name="version">The version that the system lacks.</param>
    /// <param name="folder">Where copies lie.</param>
    /// <returns>The copy's path.</returns>
    /// <exception cref="InvalidDataException">The library cannot do without the version, or the copy that is there is damaged.</exception>
    /// <exception cref="IOException">The copy cannot be written.</exception>
    public static string CopyOf(string path, string version, string folder)
    {
        var bytes = File.ReadAllBytes(path);
        try
        {
            VersionNeeds.MakeWeak(bytes, version);
        }
        catch (InvalidDataException fault)
        {
            throw new InvalidDataException(
                $"{path}: {fault.Message} This system's libstdc++ is too old for it: take a newer system (GCC 12's libstdc++ or later).", fault);
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        var copy = Path.GetFullPath(Path.Combine(folder, $"{Path.GetFileNameWithoutExtension(path)}-{hash[..32]}{Path.GetExtension(path)}"));
        if (!File.Exists(copy))
        {
            Write(copy, bytes);
        }

        using var written = File.OpenRead(copy);
        var found = Convert.ToHexStringLower(SHA256.HashData(written));
        return found == hash ? copy : throw new InvalidDataException(
            $"{copy}: expected a copy with the SHA-256 {hash}, got {found}: the file was changed. Delete it and run the command again.");
    }

    private static void Write(string copy, byte[] bytes)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            AtomicFile.Write(copy, stream => stream.Write(bytes));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"{copy}: expected a folder to keep a copy of TorchSharp's library in, which this system's libstdc++ calls for, got: "
                + $"{fault.Message} Set {CacheVariable} to a folder that can be written.",
                fault);
        }
    }

    // glibc's message, in whatever language: version `GLIBCXX_3.4.32' not found (required by ...)
    [GeneratedRegex(@"GLIBCXX_[0-9.]*[0-9]")]
    private static partial Regex MissingVersion();
}
