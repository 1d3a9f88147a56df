using Coda.Data.Archives;
using Coda.Data.Archives.Runs;
using Coda.Data.Archives.Stored;
using Coda.Data.Foundation;
using Coda.Inference.Sessions;

namespace Coda.Workflows.Analyzing;

/// <summary>What to analyze, by which method, to where.</summary>
/// <param name="Method">The method with its options.</param>
/// <param name="Archive">The observations; it stays the caller's.</param>
public sealed record AnalyzeJob(Component Method, ParquetArchive Archive)
{
    /// <summary>Where statistics come from; the archive itself by default.</summary>
    public IObservationArchive? Reference { get; init; }

    /// <summary>The trained model, for methods that need one; it stays the caller's.</summary>
    public OnnxModel? Model { get; init; }

    /// <summary>The most robust deviations that an observation may lie from its site's median.</summary>
    public double GrossCheck { get; init; } = PlausibleObservations.DefaultDeviations;

    /// <summary>The directory of another archive for the analyses; by default they go into the archive, in place of those there.</summary>
    public string? Output { get; init; }

    /// <summary>The number of members of each trajectory's posterior to write in place of its mean, at least 2, as trajectories of <see cref="Output"/>
    /// (<see cref="Coda.Inference.Assimilation.PosteriorMembers"/>); none by default.</summary>
    public int? Members { get; init; }

    /// <summary>The bands that analyses get (column <c>band</c>), calibrated for this method and model; none by default.</summary>
    public BandChoice? Bands { get; init; }

    /// <summary>The ranks that advance the members of a method's ensemble together; rank 0 writes the analyses. A record is divided by <see cref="Shard"/>
    /// instead.</summary>
    public IRankGroup Ranks { get; init; } = OneRank.Instance;

    /// <summary>The number of workers; 0 for one on each core, or on each that the rank has to itself.</summary>
    public int Workers { get; init; }

    /// <summary>Which states; all by default.</summary>
    public RecordRange? Range { get; init; }

    /// <summary>Where the analyses come from, in words, for the description of another archive.</summary>
    public string Provenance { get; init; } = "";

    /// <summary>Which of the parts to make.</summary>
    public Shard Shard { get; init; } = Shard.Whole;

    /// <summary>The bound on the process's memory, in bytes; none by default.</summary>
    public long? Memory { get; init; }

    /// <summary>Whether to throw away what an unfinished run has made, and to make again what is there.</summary>
    public bool IsRestarted { get; init; }

    /// <summary>The analyses in a part, about, at least 1; as many as take 16 MB by default.</summary>
    public long? PartSize { get; init; }
}
