using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Coda.Training.Algebra;

/// <summary>The threads of LibTorch, set on purpose: it starts with one in some builds, with all of them in others.</summary>
public static partial class TorchThreads
{
    private const string WaitPolicy = "OMP_WAIT_POLICY";

    /// <summary>Sets the number of threads of one operation.</summary>
    /// <remarks>
    /// Called before anything else of LibTorch, it also makes idle threads sleep rather than spin, unless the environment says otherwise:
    /// on a machine that does other work as well, spinning made a training step five times slower.
    /// </remarks>
    /// <param name="count">At least 1.</param>
    public static void Use(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable(WaitPolicy) is null)
        {
            // Environment.SetEnvironmentVariable does not reach native libraries.
            _ = SetNativeVariable(WaitPolicy, "PASSIVE", 0);
        }

        set_num_threads(count);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetNativeVariable(string name, string value, int overwrite);
}
