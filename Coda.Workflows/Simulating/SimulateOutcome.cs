using System.Text.Json.Serialization;
using Coda.Data.Archives;
using Coda.Data.Twins;

namespace Coda.Workflows.Simulating;

/// <summary>What was simulated.</summary>
/// <param name="Archive">The archive's directory.</param>
/// <param name="Experiment">The experiment.</param>
/// <param name="Observations">The number of observations.</param>
/// <param name="Truth">The number of true states; 0 where they were not written.</param>
/// <param name="Description">What the archive holds.</param>
public sealed record SimulateOutcome(
    string Archive, TwinExperiment Experiment, long Observations, long Truth, [property: JsonIgnore] ArchiveDescription Description);
