using Coda.Data.Archives;

namespace Coda.Workflows.Forecasting;

/// <summary>What was forecast.</summary>
/// <param name="Method">By which method.</param>
/// <param name="Archive">The archive's directory.</param>
/// <param name="Leads">The leads, in time units.</param>
/// <param name="States">The number of forecast states that were made.</param>
/// <param name="Seconds">The time it took.</param>
public sealed record ForecastOutcome(string Method, string Archive, IReadOnlyList<double> Leads, long States, double Seconds)
{
    /// <summary>The members of each forecast; 1 without an ensemble.</summary>
    public int Members { get; init; } = 1;

    /// <summary>Whether all forecasts are there; if not, other shards have parts to make.</summary>
    public bool IsSealed { get; init; }

    /// <summary>The number of workers; 0 for one on each core.</summary>
    public int Workers { get; init; }

    /// <summary>The most memory that the process has had, in bytes.</summary>
    public long PeakMemory { get; init; }

    /// <summary>The number of parts that were made.</summary>
    public int PartsMade { get; init; }

    /// <summary>The number of this shard's parts that were there before.</summary>
    public int PartsBefore { get; init; }

    /// <summary>What the forecasts say of the analyses that they start from.</summary>
    public TableNote Note { get; init; } = TableNote.Unknown;

    /// <summary>Whether these have seen their own future.</summary>
    public StartKind Starts => Note.Kind;
}
