using Coda.Data.Archives.Stored;
using Coda.Data.Foundation;
using Coda.Inference.Sessions;

namespace Coda.Workflows.Scoring;

/// <summary>A learned correction to compare with the coupling of a two-level truth.</summary>
/// <param name="Archive">A two-level twin experiment with its truth; stays the caller's.</param>
/// <param name="Model">The trained model with a correction; stays the caller's.</param>
/// <param name="Leads">The leads of the forecasts to score, in steps, rising.</param>
public sealed record CorrectionJob(ParquetArchive Archive, OnnxModel Model, IReadOnlyList<int> Leads)
{
    /// <summary>An archive with analyses of the same record, to see the correction at these; none by default.</summary>
    public ParquetArchive? Analyses { get; init; }

    /// <summary>The number of steps left out at each end of the record in comparing with the coupling, at least 0.</summary>
    public int Margin { get; init; }

    /// <summary>The width of the bins of x, greater than 0.</summary>
    public double BinWidth { get; init; } = 1;

    /// <summary>The number of true states that forecasts start from, evenly spread, at least 1.</summary>
    public int Starts { get; init; } = 1000;

    /// <summary>The steps of each of eight free runs, of which the first tenth does not count; none by default.</summary>
    public long? FreeRunSteps { get; init; }

    /// <summary>Systems of the catalogue to roll out beside the model, by the names that tables give them.</summary>
    public IReadOnlyList<KeyValuePair<string, Component>> Systems { get; init; } = [];

    /// <summary>The number of workers; 0 for one on each core.</summary>
    public int Workers { get; init; }
}
