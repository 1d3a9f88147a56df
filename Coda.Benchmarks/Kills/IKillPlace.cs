using System.Diagnostics;

namespace Coda.Benchmarks.Kills;

/// <summary>Where a command that is killed writes.</summary>
internal interface IKillPlace
{
    /// <summary>What the command line names.</summary>
    string Address { get; }

    /// <summary>How many things of each kind the last process did.</summary>
    IReadOnlyList<long> Counts { get; }

    /// <summary>What lies there, by name.</summary>
    SortedDictionary<string, byte[]> Files();

    /// <summary>Puts there what lay there once, and nothing else.</summary>
    /// <param name="files">The files.</param>
    void Reset(IReadOnlyDictionary<string, byte[]> files);

    /// <summary>Starts a process that is killed at a point, which it may never reach.</summary>
    /// <param name="start">The process.</param>
    /// <param name="point">The point; <see langword="null"/> for none.</param>
    Process Start(ProcessStartInfo start, KillPoint? point);

    /// <summary>Kills nobody any more, and lets the process itself write there.</summary>
    void Leave();
}
