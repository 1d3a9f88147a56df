using Coda.Clusters.Launching;

namespace Coda.Tests.Clusters;

/// <summary>What launchers tell the processes that they start, and which of them are understood.</summary>
[TestClass]
public sealed class LauncherTests
{
    [TestMethod]
    [DataRow("")]
    [DataRow("PMI_RANK=0 PMI_SIZE=1")]
    [DataRow("SLURM_PROCID=3 SLURM_STEP_NUM_TASKS=4")]
    [DataRow("PMIX_RANK=0 SLURM_STEP_NUM_TASKS=1")]
    [DataRow("OMPI_COMM_WORLD_SIZE=1 PMIX_RANK=0")]
    [DataRow("PMI_RANK=x PMI_SIZE=2")]
    public void AProcessByItselfIsAlone(string variables) => Assert.IsNull(Find(variables));

    [TestMethod]
    [DataRow("PMI_RANK=1 PMI_SIZE=4 PMI_FD=9 MPI_LOCALRANKID=1")]
    [DataRow("PMI_RANK=1 PMI_SIZE=4 PMI_FD=12 SLURM_PROCID=1 SLURM_STEP_NUM_TASKS=4")]
    public void PmiTellsRankAndSize(string variables) => Assert.AreEqual(new LaunchedRank(1, 4), Find(variables));

    [TestMethod]
    [DataRow("OMPI_COMM_WORLD_SIZE=2 OMPI_COMM_WORLD_RANK=0 PMIX_RANK=0", "Open MPI", "mpirun.mpich -n N")]
    [DataRow("PMIX_RANK=1 SLURM_STEP_NUM_TASKS=2", "PMIx", "srun --mpi=pmi2")]
    public void OthersAreRefusedWithACure(string variables, string what, string cure)
    {
        var fault = Assert.ThrowsExactly<NotSupportedException>(() => Find(variables));
        StringAssert.Contains(fault.Message, what);
        StringAssert.Contains(fault.Message, cure);
    }

    [TestMethod]
    public void AMissingLibraryIsAnErrorWithACure()
    {
        var fault = Assert.ThrowsExactly<DllNotFoundException>(() => MpiLibrary.Find("libnone.so.12"));
        StringAssert.Contains(fault.Message, "expected the library that the ranks of this run speak through, libnone.so.12, got none");
        StringAssert.Contains(fault.Message, "apt-get install libmpich12 mpich");
    }

    private static LaunchedRank? Find(string variables)
    {
        var values = variables.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToDictionary(v => v.Split('=')[0], v => v.Split('=')[1]);
        return Launcher.Find(values.GetValueOrDefault);
    }
}
