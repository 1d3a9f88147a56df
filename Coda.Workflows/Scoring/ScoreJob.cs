using Coda.Data.Archives.Stored;
using Coda.Data.Scoring;
using Coda.Data.Time;

namespace Coda.Workflows.Scoring;

/// <summary>Analyses and forecasts to score.</summary>
/// <param name="Archive">The observations, and the truth where there is one; stays the caller's.</param>
/// <param name="Estimates">The directories of the archives with the analyses and forecasts, at least one.</param>
public sealed record ScoreJob(ParquetArchive Archive, IReadOnlyList<string> Estimates)
{
    /// <summary>Whether to score against the truth, else against the withheld observations; by default against the truth where there is one.</summary>
    public bool? AgainstTruth { get; init; }

    /// <summary>The number of steps left out at each end of the record, at least 0; for forecasts, of their starts.</summary>
    public int Margin { get; init; }

    /// <summary>The steps to score; for forecasts, their starts. All by default.</summary>
    public StepRange? Steps { get; init; }

    /// <summary>What scores are taken apart by, besides the lead.</summary>
    public ScoreBy By { get; init; }

    /// <summary>The directory of the estimates that the others are compared with pair by pair; added to those that are scored where it is not among them. By
    /// default the first that has the same table.</summary>
    public string? Versus { get; init; }

    /// <summary>Whether errors are kept in time, to be compared with others later; they are in any case where two tables are compared.</summary>
    public bool KeepsSeries { get; init; }

    /// <summary>Whether how the spread bears out is wanted, so that estimates without a spread are named, and refused where none has one.</summary>
    public bool NeedsCalibration { get; init; }

    /// <summary>Whether the errors are wanted by wavelength, too; against a truth, of fields on evenly spaced sites.</summary>
    public bool NeedsSpectra { get; init; }

    /// <summary>The model that made the estimates, by folder or name, whose card and README take their RMSE; none by default.</summary>
    public string? Record { get; init; }
}
