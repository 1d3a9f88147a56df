using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Coverage;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;

namespace Coda.Workflows.Analyzing;

/// <summary>Bands for estimates, from a file of <c>coda calibrate</c>.</summary>
/// <param name="File">The file.</param>
/// <param name="Bands">What it says.</param>
/// <param name="Level">Which of its levels.</param>
public sealed record BandChoice(string File, CoverageBands Bands, double Level)
{
    /// <summary>Reads a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="level">The level; by default the middle one of the file's.</param>
    /// <exception cref="FileNotFoundException">It does not exist.</exception>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    /// <exception cref="ArgumentException">The level was not calibrated.</exception>
    public static BandChoice Read(string file, double? level)
    {
        var bands = CoverageBands.Read(file);
        return new(file, bands, bands.Levels[level is { } given ? bands.PlaceOf(given) : bands.Levels.Count / 2]);
    }

    /// <summary>The bands as they are for an archive: its own entries that are never observed, in place of those of the record of the calibration.</summary>
    /// <param name="archive">The observations that the estimates are made from.</param>
    /// <param name="layout">The layout of the estimates.</param>
    /// <param name="warnings">Told what makes them doubtful there.</param>
    /// <param name="cancellation">Stops the reading of the observations.</param>
    internal BandChoice For(ParquetArchive archive, StateLayout layout, ResultWarnings warnings, CancellationToken cancellation)
    {
        if (Bands.Origin.GetValueOrDefault("observations") == archive.Description.DigestOf(ArchiveTable.Observations))
        {
            return this;
        }

        if (!archive.HasTable(ArchiveTable.Observations))
        {
            warnings.Add("bands-of-another-network", $"{archive.Path}: expected observations to tell whether {File} was calibrated where as much is observed, "
                + "got none: what the bands cover here is not known.");
            return this;
        }

        return this with { Bands = Bands.For(ObservedNetwork.Of(archive, cancellation), archive.Description.Operator, layout, warnings) };
    }

    /// <summary>Adds the bands to what estimates are made from.</summary>
    /// <param name="origin">Method, model and observations.</param>
    /// <param name="table">Analyses or forecasts.</param>
    /// <exception cref="ArgumentException">The bands are of the other table.</exception>
    /// <exception cref="Data.Cards.ModelMismatchException">They are of another method or model.</exception>
    internal void AddTo(SortedDictionary<string, string> origin, ArchiveTable table) => origin["bands"] = OriginOf(origin, table);

    /// <summary>The bands as they stand in an origin.</summary>
    /// <inheritdoc cref="AddTo" path="//param"/>
    /// <inheritdoc cref="AddTo" path="//exception"/>
    internal string OriginOf(IReadOnlyDictionary<string, string> origin, ArchiveTable table)
    {
        if (Bands.Table != table)
        {
            throw new ArgumentException($"{File}: expected bands of {Words(table)}, got those of {Words(Bands.Table)}. "
                + "Calibrate these with 'coda calibrate'.");
        }

        Bands.RequireMadeFor(origin, File);
        return FormattableString.Invariant($"{Level} of {Bands.Digest()}");

        static string Words(ArchiveTable of) => of.ToString().ToLowerInvariant();
    }
}
