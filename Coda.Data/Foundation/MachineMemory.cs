using System.Globalization;

namespace Coda.Data.Foundation;

/// <summary>The memory of the machine, or of the container that the process runs in.</summary>
internal static class MachineMemory
{
    private const string LinuxFile = "/proc/meminfo";
    private const string LinuxLine = "MemAvailable:";

    /// <summary>The bytes that this process can still have, about: what the collector may use less what the process has, and no more than the system calls
    /// available. While a <see cref="HeapLimit"/> is held, the collector knows no more than that, which was compared with the need before.</summary>
    public static double Free()
    {
        var most = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        var ours = most > 0 && !HeapLimit.IsHeld ? Math.Max(0.0, most - Environment.WorkingSet) : double.PositiveInfinity;
        return Math.Min(ours, OfSystem() ?? double.PositiveInfinity);
    }

    // Of other systems the collector's number has to do.
    private static double? OfSystem()
    {
        if (!OperatingSystem.IsLinux() || !File.Exists(LinuxFile))
        {
            return null;
        }

        var line = File.ReadLines(LinuxFile).FirstOrDefault(l => l.StartsWith(LinuxLine, StringComparison.Ordinal));
        return long.TryParse(
            line?[LinuxLine.Length..].Replace("kB", "", StringComparison.Ordinal), NumberStyles.Integer, CultureInfo.InvariantCulture, out var kilobytes)
            ? 1024.0 * kilobytes
            : null;
    }
}
