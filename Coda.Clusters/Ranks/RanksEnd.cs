using System.Runtime.InteropServices;

namespace Coda.Clusters.Ranks;

/// <summary>The end of all ranks where one does not answer any more.</summary>
internal static partial class RanksEnd
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Has MPI end all ranks, and this process in any case: MPI's own call waits for a launcher that may be gone.</summary>
    /// <param name="channel">Where MPI is called.</param>
    /// <param name="exitCode">What they end with.</param>
    public static void Now(MpiChannel channel, int exitCode)
    {
        new Thread(() => channel.Abort(exitCode)) { IsBackground = true, Name = "ranks end" }.Start();
        Thread.Sleep(Patience);
        Exit(exitCode);
    }

    /// <summary>Ends this process where what follows takes longer: MPI's own end waits for all ranks, however they are.</summary>
    /// <param name="patience">How long it may take.</param>
    /// <param name="exitCode">What the process ends with then.</param>
    public static IDisposable Within(TimeSpan patience, int exitCode) => new Timer(_ => Exit(exitCode), null, patience, Timeout.InfiniteTimeSpan);

    private static void Exit(int exitCode)
    {
        if (OperatingSystem.IsWindows())
        {
            System.Environment.Exit(exitCode);
        }

        ExitAtOnce(exitCode); // without the clean-up of native libraries, beneath threads that compute in them
    }

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void ExitAtOnce(int status);
}
