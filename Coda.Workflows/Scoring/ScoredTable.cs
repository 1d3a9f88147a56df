using System.Text.Json.Serialization;
using Coda.Data.Archives;
using Coda.Data.Scoring;

namespace Coda.Workflows.Scoring;

/// <summary>The scores of one table.</summary>
/// <param name="Archive">The archive that holds it.</param>
/// <param name="Table">Analyses or forecasts.</param>
/// <param name="Results">Its scores.</param>
/// <param name="Calibrations">How its spread bears out; empty without one.</param>
public sealed record ScoredTable(string Archive, ArchiveTable Table, IReadOnlyList<ScoreResult> Results, IReadOnlyList<Calibration> Calibrations)
{
    /// <summary>What the table says of itself.</summary>
    public TableNote Note { get; init; } = TableNote.Unknown;

    /// <summary>Its errors by wavelength; <see langword="null"/> where they were not asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ErrorSpectrum>? Spectra { get; init; }

    /// <summary>Its errors in time; empty where they were not kept.</summary>
    [JsonIgnore]
    public IReadOnlyList<ScoreSeries> Series { get; init; } = [];

    /// <summary>Whether the analyses, or those that the forecasts start from, have seen their own future.</summary>
    public StartKind Starts => Note.Kind;

    /// <summary>The table and its archive, in words.</summary>
    [JsonIgnore]
    public string Name => $"{Table.ToString().ToLowerInvariant()} in {Archive}";
}
