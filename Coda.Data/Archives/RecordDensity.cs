using System.Globalization;
using Coda.Data.Time;

namespace Coda.Data.Archives;

/// <summary>Tells a record that can be true from one whose length or number of sites comes from a value out of place.</summary>
/// <remarks>
/// One time or one number of a site that is wrong makes a record of any size, which every command then goes through. The sparsest networks observe one entry in
/// some hundred thousand; a large record with less than one in a million is refused unless it is said to be so.
/// </remarks>
internal static class RecordDensity
{
    /// <summary>Records of so many entries (trajectories, steps and sites multiplied) are believed whatever they hold.</summary>
    public const double AlwaysBelieved = 1 << 26;

    /// <summary>The entries of a larger record for which there must be an observation.</summary>
    public const double EntriesPerObservation = 1e6;

    /// <summary>What is wrong with a record; <see langword="null"/> where it can be true.</summary>
    /// <param name="description">What the archive holds.</param>
    /// <param name="observations">The number of its observations.</param>
    public static string? Fault(ArchiveDescription description, long observations) =>
        description.IsSparse ? null : Fault(description.TrajectoryCount, description.Steps, description.SiteCount, observations);

    /// <inheritdoc cref="Fault(ArchiveDescription, long)"/>
    /// <param name="trajectories">The number of trajectories.</param>
    /// <param name="steps">The steps of each.</param>
    /// <param name="sites">The number of sites.</param>
    /// <param name="observations">The number of observations.</param>
    public static string? Fault(long trajectories, StepRange steps, long sites, long observations)
    {
        var entries = (double)trajectories * steps.Count * sites;
        return entries <= Math.Max(AlwaysBelieved, EntriesPerObservation * observations)
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"expected at least one observation in {EntriesPerObservation:N0} entries of the record, got {observations} in {entries:G3}: "
                + $"{trajectories} trajectories, steps {steps}, {sites} sites");
    }
}
