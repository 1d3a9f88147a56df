using System.Reflection;
using Coda.Data.Foundation;

namespace Coda.Workflows.Checking;

/// <summary>The file of a plug-in.</summary>
public static class PlugInFile
{
    /// <summary>Loads an assembly, whose plug-ins then stand in every catalogue.</summary>
    /// <param name="path">The assembly (.dll).</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no assembly, does not fit this version of Coda, lacks one beside it, or has the name of one that is loaded
    /// already.</exception>
    public static Assembly Load(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var file = Path.GetFullPath(path);
        if (!File.Exists(file))
        {
            throw new FileNotFoundException($"{path}: expected an assembly (.dll), got nothing there. Check the path.", path);
        }

        try
        {
            RequireOwnName(path, file);
            var assembly = Assembly.LoadFrom(file);
            _ = assembly.GetExportedTypes();
            return assembly;
        }
        catch (Exception fault) when (fault is TypeLoadException or FileNotFoundException)
        {
            throw new InvalidDataException(
                $"{path}: expected an assembly that fits this version of Coda and has beside it what it needs, got one that does not: {Lacks(fault)}. Build it "
                    + "again, against this version, and copy what it needs.", fault);
        }
        catch (Exception fault) when (fault is BadImageFormatException or FileLoadException)
        {
            throw new InvalidDataException(
                $"{path}: expected an assembly (.dll) that this version of .NET loads, got a file that is none or is damaged. Build it again.", fault);
        }
    }

    // Of two assemblies of one name, .NET would load the first for both.
    private static void RequireOwnName(string path, string file)
    {
        var name = AssemblyName.GetAssemblyName(file).Name;
        if (AppDomain.CurrentDomain.GetAssemblies().FirstOrDefault(loaded => !loaded.IsDynamic && loaded.GetName().Name == name) is { } other
            && other.Location != file)
        {
            throw new InvalidDataException($"{path}: expected one assembly called {name}, got two: {other.Location} is loaded already. Rename this one "
                + "(AssemblyName in its project), or load one only.");
        }
    }

    private static string Lacks(Exception fault) => fault is FileNotFoundException { FileName: { } needed }
        ? $"it needs {ForeignText.Shorten(needed)}"
        : ForeignText.Shorten(fault.Message.TrimEnd('.'), 3 * ForeignText.Longest);
}
