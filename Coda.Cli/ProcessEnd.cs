using System.Runtime.InteropServices;

namespace Coda.Cli;

/// <summary>The end of the process while it is still at work.</summary>
internal static partial class ProcessEnd
{
    /// <summary>Ends it without waiting for its threads. Files are written under other names until they are whole, so that none is left in part; locks end with
    /// the process.</summary>
    /// <param name="exitCode">What the process ends with.</param>
    public static void Now(int exitCode)
    {
        Console.Error.WriteLine($"error: {ErrorHandling.Overdue}");
        Console.Error.Flush();
        if (OperatingSystem.IsWindows())
        {
            Environment.Exit(exitCode);
        }

        // Not Environment.Exit: it would run the native libraries' own clean-up beneath threads that compute in them.
        Exit(exitCode);
    }

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void Exit(int status);
}
