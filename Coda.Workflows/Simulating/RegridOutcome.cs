using System.Text.Json.Serialization;
using Coda.Data.Archives;

namespace Coda.Workflows.Simulating;

/// <summary>A record on the grid of another model.</summary>
/// <param name="Archive">The archive's directory.</param>
/// <param name="Observations">The number of observations.</param>
/// <param name="Truth">The number of true states; 0 where the record has none.</param>
/// <param name="IsCoincident">Whether the truth is the record's at points that both grids have; else it is interpolated.</param>
/// <param name="Description">What the archive holds.</param>
public sealed record RegridOutcome(
    string Archive, long Observations, long Truth, bool IsCoincident, [property: JsonIgnore] ArchiveDescription Description);
