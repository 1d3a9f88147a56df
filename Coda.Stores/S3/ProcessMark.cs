using System.Globalization;

namespace Coda.Stores.S3;

/// <summary>What tells a process from all others, so that one of the same machine can say that it has ended.</summary>
/// <remarks>On Linux: the boot, the space of process numbers (that of a container), the number, and when it was started. Elsewhere nothing is told.</remarks>
internal static class ProcessMark
{
    private const string Boot = "/proc/sys/kernel/random/boot_id";
    private const string Space = "/proc/self/ns/pid";
    private const char Separator = '/';

    /// <summary>That of this process; a hyphen where there is none.</summary>
    public static string Own { get; } = Place() is { } place && StartOf(Environment.ProcessId) is { } start
        ? string.Join(Separator, place, Environment.ProcessId.ToString(CultureInfo.InvariantCulture), start) : "-";

    /// <summary>Whether the process of a mark was one of this machine, and has ended.</summary>
    /// <param name="mark">The mark.</param>
    public static bool HasEnded(string mark) => mark.Split(Separator) is [var boot, var space, var number, var start]
        && $"{boot}{Separator}{space}" == Place() && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var process)
        && StartOf(process) != start;

    private static string? Place() => File.Exists(Boot) && new FileInfo(Space).LinkTarget is { Length: > 0 } space
        ? $"{File.ReadAllText(Boot).Trim()}{Separator}{space}" : null;

    // In ticks since the boot, the 22nd word; the second one is the program's name in brackets, which may hold anything.
    private static string? StartOf(int process)
    {
        try
        {
            var text = File.ReadAllText(FormattableString.Invariant($"/proc/{process}/stat"));
            return text[(text.LastIndexOf(')') + 2)..].Split(' ')[19];
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException or IOException)
        {
            return null; // ended
        }
    }
}
