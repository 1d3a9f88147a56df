using Coda.Training.Natives;
using static TorchSharp.torch;

namespace Coda.Training.Algebra;

/// <summary>The threads of LibTorch, set on purpose: it starts with one in some builds, with all of them in others.</summary>
public static class TorchThreads
{
    /// <summary>Sets the number of threads of one operation; loads LibTorch first where that has not been done (<see cref="LibTorch.Load"/>).</summary>
    /// <param name="count">At least 1.</param>
    public static void Use(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        LibTorch.Load();
        set_num_threads(count);
    }
}
