using System.Globalization;
using System.Runtime.CompilerServices;
using Coda.Data.Observations;

namespace Coda.Data.Archives.Stored;

/// <summary>An archive's observations with a gross check: one that lies too far from its site's climatology, such as a fill value, is an error when it is
/// read.</summary>
/// <remarks>
/// Methods and training read archives through it (<see cref="Of"/>), and so values on the scale of their errors, as logarithms. Far is measured in
/// robust deviations from the median, 1.4826 times the median distance
/// from it, over samples of the whole record: 20 of them are beyond what the climatology shows, unless its tails are very heavy. Give such an archive with a
/// limit of its own, or none: <c>new PlausibleObservations(archive, double.PositiveInfinity)</c>. Immutable but for the statistics, which are estimated at
/// the first read; safe to share.
/// </remarks>
public sealed class PlausibleObservations : ObservationView
{
    /// <summary>The deviations that are allowed where nothing else is said.</summary>
    public const double DefaultDeviations = 20;

    private static readonly ConditionalWeakTable<IObservationArchive, PlausibleObservations> Known = [];

    private readonly double _most;
    private readonly Lazy<RobustClimatology> _climatology;

    /// <summary>Puts the check before an archive.</summary>
    /// <param name="archive">The archive; it stays the caller's.</param>
    /// <param name="deviations">The most robust deviations from the median, greater than 0; infinity for no check.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="deviations"/> is not greater than 0.</exception>
    public PlausibleObservations(IObservationArchive archive, double deviations = DefaultDeviations)
        : base(WorkingObservations.Of(archive))
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(deviations);
        ArgumentOutOfRangeException.ThrowIfEqual(deviations, double.NaN);
        (_most, _climatology) = (deviations, new(() => RobustClimatology.Of(Inner)));
    }

    /// <summary>An archive with the check of <see cref="DefaultDeviations"/>; one that has a check already as it is.</summary>
    /// <param name="archive">The archive.</param>
    public static PlausibleObservations Of(IObservationArchive archive) =>
        archive as PlausibleObservations ?? Known.GetValue(archive, static a => new PlausibleObservations(a));

    /// <inheritdoc/>
    protected override ObservationStretch View(ObservationStretch stretch)
    {
        if (double.IsPositiveInfinity(_most))
        {
            return stretch;
        }

        var (median, deviation, sites) = (_climatology.Value.Median, _climatology.Value.Deviation, stretch.SiteCount);
        for (int i = 0, site = 0; i < stretch.Values.Length; i++, site = site + 1 == sites ? 0 : site + 1)
        {
            if (!(Math.Abs(stretch.Values[i] - median[site]) <= _most * deviation[site]) && stretch.Mask[i] != 0)
            {
                throw Implausible(stretch, i);
            }
        }

        return stretch;
    }

    private InvalidDataException Implausible(ObservationStretch stretch, int i)
    {
        var (site, value) = (i % stretch.SiteCount, stretch.Values[i]);
        var (median, deviation) = (_climatology.Value.Median[site], _climatology.Value.Deviation[site]);
        var where = Inner is ParquetArchive archive ? $"{archive.Path}: " : "";
        return new(string.Create(
            CultureInfo.InvariantCulture,
            $"{where}trajectory {Description.NameOf(stretch.Trajectory)}, step {stretch.Steps.Start + (i / stretch.SiteCount)}, site {site}: "
                + $"expected an observation within {_most:G4} robust deviations of the site's median ({median:G4} ± {deviation:G3}), "
                + $"got {value:G9}, {Math.Abs(value - median) / deviation:G3} away: a fill value, or a gross error. "
                + $"Leave it out when the record is imported (--reject); where such values are right, allow them (--gross-check none)."));
    }
}
