using Coda.Training.Natives;
using static TorchSharp.torch;

namespace Coda.Training.Algebra;

/// <summary>The threads of LibTorch, set on purpose: it starts with one in some builds, with all of them in others.</summary>
/// <remarks>OpenMP and MKL keep the number for each thread that calls LibTorch; one that has not been told may take all cores for its first operations, and
/// round otherwise.</remarks>
public static class TorchThreads
{
    [ThreadStatic]
    private static int _own;

    /// <summary>Sets the number of threads of one operation; loads LibTorch first where that has not been done (<see cref="LibTorch.Load"/>).</summary>
    /// <param name="count">At least 1.</param>
    public static void Use(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        LibTorch.Load();
        set_num_threads(count);
        _own = count;
    }

    /// <summary>The same for operations that the calling thread begins, where they do not have that number yet.</summary>
    /// <param name="count">At least 1.</param>
    internal static void UseHere(int count)
    {
        if (_own != count)
        {
            Use(count);
        }
    }
}
