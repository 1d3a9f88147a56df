using System.Globalization;

namespace Coda.Clusters.Launching;

/// <summary>Tells from the environment whether a launcher started this process as one of several ranks.</summary>
public static class Launcher
{
    private const string Ours = "mpirun.mpich -n N coda ..., or in Slurm: srun --mpi=pmi2 coda ...";

    /// <summary>Reads the variables that launchers set.</summary>
    /// <param name="variable">Gives a variable of the environment by its name.</param>
    /// <returns><see langword="null"/> where this process was started by itself, or as the only one.</returns>
    /// <exception cref="NotSupportedException">The launcher speaks another protocol than PMI, which the MPI that Coda loads does not.</exception>
    public static LaunchedRank? Find(Func<string, string?> variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        int? Number(string name) => int.TryParse(variable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
        if (Number("OMPI_COMM_WORLD_SIZE") is > 1)
        {
            throw new NotSupportedException(
                "mpirun: expected one of MPICH's family (MPICH, Intel MPI, Cray MPICH, MS-MPI), got Open MPI's, whose binary interface is another. "
                    + $"Start the ranks with MPICH's (Debian: apt-get install mpich libmpich12): {Ours}.");
        }

        if ((Number("PMI_RANK"), Number("PMI_SIZE")) is ({ } rank, { } size))
        {
            return size > 1 ? new LaunchedRank(rank, size) : null;
        }

        if (Number("PMIX_RANK") is not null && Number("SLURM_STEP_NUM_TASKS") is > 1 and var tasks)
        {
            throw new NotSupportedException($"srun: expected ranks that speak PMI 2, got {tasks} that speak PMIx. Start them with: srun --mpi=pmi2 coda ...");
        }

        return null;
    }
}
