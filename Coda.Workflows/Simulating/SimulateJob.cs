using Coda.Data.Twins;

namespace Coda.Workflows.Simulating;

/// <summary>A twin experiment to simulate into an archive.</summary>
/// <param name="Experiment">What to simulate and how to observe it.</param>
/// <param name="Output">The archive's directory; the archive appears in it when it is whole.</param>
public sealed record SimulateJob(TwinExperiment Experiment, string Output)
{
    /// <summary>Whether the truth is written, too; else the observations only.</summary>
    public bool HasTruth { get; init; } = true;

    /// <summary>The steps after the record whose forcing is written too, for forecasts from its end; at least 1.</summary>
    public int ForcingAfter { get; init; } = 1000;

    /// <summary>Whether an archive there is replaced, with all its tables.</summary>
    public bool Overwrite { get; init; }

    /// <summary>Where the archive comes from, in words, such as the command; kept with it.</summary>
    public string Provenance { get; init; } = "";
}
