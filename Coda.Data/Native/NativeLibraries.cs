using System.Runtime.InteropServices;

namespace Coda.Data.Native;

/// <summary>Finds the native libraries that set-up provides.</summary>
/// <remarks>
/// One search order for every library: the folder named by <c>CODA_NATIVE</c>; the application's own folder and its
/// <c>runtimes/&lt;rid&gt;/native</c>, where packages put theirs; the folders that the .NET host found in the application's dependencies; then <c>artifacts/native</c> in that folder or the
/// nearest one above it. Stateless; safe to call from any thread.
/// </remarks>
#if CODA_LINKED_SOURCE // compiled into deps/ too, where a second public type of this name would be ambiguous
internal
#else
public
#endif
static class NativeLibraries
{
    /// <summary>Environment variable with a folder to look into first.</summary>
    public const string FolderVariable = "CODA_NATIVE";

    /// <summary>Returns the absolute path of a native library.</summary>
    /// <param name="fileName">Name of the file without a folder, such as <c>libduckdb.so</c>.</param>
    /// <exception cref="ArgumentException"><paramref name="fileName"/> is empty or has a folder in it.</exception>
    /// <exception cref="DllNotFoundException">No folder holds the file; the message names the command that provides it.</exception>
    public static string Resolve(string fileName)
    {
        ArgumentException.ThrowIfNullOrEmpty(fileName);
        if (Path.GetFileName(fileName) != fileName)
        {
            throw new ArgumentException($"Expected a file name without a folder, got '{fileName}'.", nameof(fileName));
        }

        var folders = Folders().ToList();
        return folders.Select(folder => Path.Combine(folder, fileName)).FirstOrDefault(File.Exists)
            ?? throw new DllNotFoundException(
                $"The native library '{fileName}' is missing. Run './build.sh Setup' in the source tree, or set "
                + $"{FolderVariable} to the folder that holds it. Looked into: {string.Join(", ", folders)}.");
    }

    private static IEnumerable<string> Folders()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } named)
        {
            yield return Path.GetFullPath(named);
        }

        yield return AppContext.BaseDirectory;
        yield return Path.Combine(AppContext.BaseDirectory, "runtimes", RuntimeInformation.RuntimeIdentifier, "native");

        // Some packages put theirs under a wider name, such as `osx`; the host knows which one serves this machine.
        foreach (var folder in ((string?)AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            yield return folder;
        }

        for (var above = new DirectoryInfo(AppContext.BaseDirectory); above is not null; above = above.Parent)
        {
            var native = Path.Combine(above.FullName, "artifacts", "native");
            if (Directory.Exists(native))
            {
                yield return native;
                yield break;
            }
        }
    }
}
