using Coda.Data.Archives;
using Coda.Data.Archives.Stored;

namespace Coda.Classical.Variational.Members;

/// <summary>A record that begins earlier: steps before its first in which nothing is observed. Safe for use from several threads if the record is.</summary>
internal sealed class LeadIn : ObservationView
{
    private LeadIn(PlausibleObservations archive, int steps)
        : base(archive) => Description = archive.Description with { Steps = archive.Description.Steps.Widen(steps, 0) };

    /// <inheritdoc/>
    public override ArchiveDescription Description { get; }

    /// <summary>Lets a record begin earlier.</summary>
    /// <param name="archive">The record.</param>
    /// <param name="steps">By how many steps; 0 gives the record itself.</param>
    public static IObservationArchive Of(IObservationArchive archive, int steps) =>
        steps == 0 ? archive : new LeadIn(PlausibleObservations.Of(archive), steps);

    /// <inheritdoc/>
    protected override ObservationStretch View(ObservationStretch stretch) => stretch;
}
