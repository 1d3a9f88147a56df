using Coda.Data.Archives;
using Coda.Data.Archives.Runs;
using Coda.Data.Archives.Stored;
using Coda.Data.Foundation;
using Coda.Inference.Impact;
using Coda.Inference.Sessions;

namespace Coda.Workflows.Weighing;

/// <summary>Which observations to weigh, by which method and forecast.</summary>
/// <param name="Method">The method with its options: one with sensitivities, or an ensemble filter.</param>
/// <param name="Archive">The observations; it stays the caller's.</param>
/// <param name="Output">The folder for the tables; made if it is missing.</param>
public sealed record WeighJob(Component Method, ParquetArchive Archive, string Output)
{
    /// <summary>Where statistics come from; the archive itself by default.</summary>
    public IObservationArchive? Reference { get; init; }

    /// <summary>The trained model, for methods that need one; it stays the caller's.</summary>
    public OnnxModel? Model { get; init; }

    /// <summary>The forecast model; by default the trained hybrid where there is a model, else the system that the archive names.</summary>
    public Component? Forecast { get; init; }

    /// <summary>Lead, influences, targets.</summary>
    public ImpactRequest Request { get; init; } = new();

    /// <summary>What forecasts are held against.</summary>
    public VerifyingKind Verify { get; init; }

    /// <summary>The archive with the analyses that verify; by default the archive itself. It stays the caller's.</summary>
    public ParquetArchive? Analyses { get; init; }

    /// <summary>Which steps of which trajectories; all by default.</summary>
    public RecordRange? Range { get; init; }

    /// <summary>Which of the parts to make, a trajectory each.</summary>
    public Shard Shard { get; init; } = Shard.Whole;

    /// <summary>Whether to throw away what a weighing that was stopped has made.</summary>
    public bool IsRestarted { get; init; }

    /// <summary>The number of workers; 0 for one on each core.</summary>
    public int Workers { get; init; }

    /// <summary>Where the tables come from, in words, such as the command.</summary>
    public string Provenance { get; init; } = "";
}
