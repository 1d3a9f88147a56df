namespace Coda.Data.Archives;

/// <summary>The tables of an archive, each a folder of Parquet parts.</summary>
public enum ArchiveTable
{
    /// <summary>What was observed: one row per (trajectory, step, site).</summary>
    Observations,

    /// <summary>The states of a twin experiment: one row per (trajectory, step).</summary>
    Truth,

    /// <summary>The states estimated from the observations, with their spread where the method gives one.</summary>
    Analyses,

    /// <summary>States forecast from analyses: one row per (trajectory, step of the start, lead).</summary>
    Forecasts,

    /// <summary>What acts on the system from outside: one row per (trajectory, step), which may lie before the record and after it.</summary>
    Forcing,
}
