namespace Coda.Clusters.Launching;

/// <summary>What a launcher (mpirun, srun) has told a process that it started among others.</summary>
/// <param name="Rank">The process's number, from 0.</param>
/// <param name="Size">The number of processes, at least 2.</param>
public sealed record LaunchedRank(int Rank, int Size);
