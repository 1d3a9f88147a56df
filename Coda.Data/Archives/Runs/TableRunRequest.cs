namespace Coda.Data.Archives.Runs;

/// <summary>What a run is to make.</summary>
/// <param name="Description">The archive that the table becomes part of, where there is none yet.</param>
/// <param name="Origin">What the table is made from, by name (method, model, observations): whatever its bits depend on.</param>
/// <param name="Parts">The parts, in the order of their rows, numbered from 0; enumerated only where there is no plan yet, which is then made of them.</param>
public sealed record TableRunRequest(ArchiveDescription Description, SortedDictionary<string, string> Origin, IEnumerable<RunPart> Parts)
{
    /// <summary>The parts that this process makes; all by default.</summary>
    public Shard Shard { get; init; } = Shard.Whole;

    /// <summary>Whether an unfinished run is thrown away, and a finished one repeated.</summary>
    public bool IsRestarted { get; init; }

    /// <summary>What the table says of itself; nothing is known by default.</summary>
    public TableNote? Note { get; init; }

    /// <summary>What writes the files.</summary>
    public ParquetEngine Engine { get; init; }
}
