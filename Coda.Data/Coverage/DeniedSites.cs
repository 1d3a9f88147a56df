using Coda.Data.Archives;
using Coda.Data.Time;

namespace Coda.Data.Coverage;

/// <summary>An archive in which some sites are never observed: all of their observations are withheld, and no others are. Safe for use from several threads
/// where the archive is.</summary>
/// <remarks>Analyses of it err at these sites as analyses do where nobody observes; its withheld observations tell by how much.</remarks>
public sealed class DeniedSites : IObservationArchive
{
    private readonly IObservationArchive _archive;
    private readonly bool[] _denied;

    /// <summary>Denies sites.</summary>
    /// <param name="archive">The archive; it stays the caller's.</param>
    /// <param name="denied">For every site whether it is denied.</param>
    /// <exception cref="ArgumentException">Another number of sites than the archive has.</exception>
    public DeniedSites(IObservationArchive archive, IReadOnlyList<bool> denied)
    {
        ArgumentNullException.ThrowIfNull(archive);
        ArgumentNullException.ThrowIfNull(denied);
        (_archive, _denied) = (archive, [.. denied]);
        if (_denied.Length != archive.Description.SiteCount)
        {
            throw new ArgumentException($"Denied sites: expected one mark for each of {archive.Description.SiteCount} sites, got {_denied.Length}.");
        }
    }

    /// <inheritdoc/>
    public ArchiveDescription Description => _archive.Description;

    /// <inheritdoc/>
    public bool IsOnErrorScale => _archive.IsOnErrorScale;

    /// <inheritdoc/>
    public IEnumerable<StateBlock> ReadForcing(int trajectory) => _archive.ReadForcing(trajectory);

    /// <inheritdoc/>
    public ObservationStretch ReadObservations(int trajectory, StepRange steps, ObservationSubset which = ObservationSubset.Input) => Without(
        _archive.ReadObservations(trajectory, steps, which == ObservationSubset.Withheld ? ObservationSubset.All : which), which);

    private ObservationStretch Without(ObservationStretch stretch, ObservationSubset which)
    {
        for (var i = 0; which != ObservationSubset.All && i < stretch.Mask.Length; i++)
        {
            if (_denied[i % stretch.SiteCount] != (which == ObservationSubset.Withheld))
            {
                (stretch.Mask[i], stretch.Values[i]) = (0, 0);
            }
        }

        return stretch;
    }
}
