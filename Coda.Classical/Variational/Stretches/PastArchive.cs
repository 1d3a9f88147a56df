using Coda.Data.Archives;
using Coda.Data.Time;

namespace Coda.Classical.Variational.Stretches;

/// <summary>A record as it was known before a step: nothing is observed from there on. Safe for use from several threads if the record is.</summary>
/// <param name="archive">The record.</param>
/// <param name="end">The first step that is unobserved.</param>
internal sealed class PastArchive(IObservationArchive archive, long end) : IObservationArchive
{
    /// <inheritdoc/>
    public ArchiveDescription Description => archive.Description;

    /// <inheritdoc/>
    public bool IsOnErrorScale => archive.IsOnErrorScale;

    /// <inheritdoc/>
    public IEnumerable<StateBlock> ReadForcing(int trajectory) => archive.ReadForcing(trajectory);

    /// <inheritdoc/>
    public ObservationStretch ReadObservations(int trajectory, StepRange steps, ObservationSubset which = ObservationSubset.Input)
    {
        var stretch = archive.ReadObservations(trajectory, steps, which);
        var known = (int)Math.Clamp(end - steps.Start, 0, steps.Count) * stretch.SiteCount;
        stretch.Values.AsSpan(known).Clear();
        stretch.Mask.AsSpan(known).Clear();
        return stretch;
    }
}
