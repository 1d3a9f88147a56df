using Coda.Data.Archives.Runs;
using Coda.Data.Archives.Stored;
using Coda.Data.Foundation;
using Coda.Inference.Forecasting;
using Coda.Inference.Sessions;
using Coda.Workflows.Analyzing;

namespace Coda.Workflows.Forecasting;

/// <summary>Forecasts to make from an archive's analyses.</summary>
/// <param name="Method">The forecast model, of <see cref="ForecastModel.Catalog"/>: hybrid (the trained model's simulator, parameters and correction),
/// simulator (a bare system, the archive's by default), persistence, or another.</param>
/// <param name="Archive">The archive with the analyses; stays the caller's.</param>
/// <param name="Request">Which starts, leads and members, and how many workers; its progress and cancellation are the workflow's.</param>
public sealed record ForecastJob(Component Method, ParquetArchive Archive, ForecastRequest Request)
{
    /// <summary>The trained model, where the method is one; stays the caller's.</summary>
    public OnnxModel? Model { get; init; }

    /// <summary>Whether analyses that look ahead are taken, too, or such as do not tell.</summary>
    public bool TakesSmoothed { get; init; }

    /// <summary>Another archive's directory for the forecasts; the archive itself by default.</summary>
    public string? Output { get; init; }

    /// <summary>Where a new archive's forecasts come from, in words, such as the command.</summary>
    public string Provenance { get; init; } = "";

    /// <summary>Which of the parts to make; other processes make the others.</summary>
    public Shard Shard { get; init; } = Shard.Whole;

    /// <summary>The bound on the process's memory, in bytes; none by default.</summary>
    public long? Memory { get; init; }

    /// <summary>Whether to throw away what an unfinished run has made, and to make again what is there.</summary>
    public bool IsRestarted { get; init; }

    /// <summary>The forecast states in a part, about, at least 1; as many as take 16 MB by default.</summary>
    public long? PartSize { get; init; }

    /// <summary>The bands that forecasts get (column <c>band</c>), calibrated for forecasts of this method and model; none by default.</summary>
    public BandChoice? Bands { get; init; }
}
