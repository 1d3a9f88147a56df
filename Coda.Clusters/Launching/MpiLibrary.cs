using System.Reflection;
using System.Runtime.InteropServices;
using MPI;

namespace Coda.Clusters.Launching;

/// <summary>The MPI of this machine. MPI.NET is made for MS-MPI, whose handles are those of MPICH and of all that share its binary interface.</summary>
internal static class MpiLibrary
{
    /// <summary>The variable that names another library than those that are looked for.</summary>
    public const string Variable = "CODA_MPI";

    private static readonly string[] Names = OperatingSystem.IsWindows() ? ["msmpi.dll"] : ["libmpich.so.12", "libmpi.so.12", "libmpi_intel.so.12"];
    private static readonly Lock Guard = new();
    private static nint _handle;

    /// <summary>Loads it, once, and has MPI.NET use it.</summary>
    /// <exception cref="DllNotFoundException">There is none.</exception>
    public static void Load()
    {
        lock (Guard)
        {
            if (_handle != 0)
            {
                return;
            }

            _handle = Find(System.Environment.GetEnvironmentVariable(Variable));
            NativeLibrary.SetDllImportResolver(typeof(Communicator).Assembly, Resolve);
        }
    }

    /// <summary>The first library that can be loaded.</summary>
    /// <param name="named">The path or name that the user gave; none by default.</param>
    internal static nint Find(string? named)
    {
        string[] names = string.IsNullOrEmpty(named) ? Names : [named];
        foreach (var name in names)
        {
            if (NativeLibrary.TryLoad(name, out var handle))
            {
                return handle;
            }
        }

        throw new DllNotFoundException(
            $"MPI: expected the library that the ranks of this run speak through, {string.Join(" or ", names)}, got none. Install MPICH (Debian: apt-get "
                + $"install libmpich12 mpich), or name another library of its binary interface by the variable {Variable}.");
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) =>
        name.StartsWith("msmpi", StringComparison.OrdinalIgnoreCase) ? _handle : 0;
}
