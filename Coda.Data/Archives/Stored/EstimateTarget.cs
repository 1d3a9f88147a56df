using System.Globalization;
using Coda.Data.Archives.Parts;
using Coda.Data.Archives.Stored;
using Coda.Data.Archives.Stores;

namespace Coda.Data.Archives.Stored;

/// <summary>The archive that estimates are written to: the one that they come from, or another of the same record.</summary>
/// <param name="Path">Its directory.</param>
/// <param name="Description">What it holds, or will hold where it is new.</param>
public sealed record EstimateTarget(string Path, ArchiveDescription Description)
{
    /// <summary>Chooses the archive, and refuses one of another record; nothing is written.</summary>
    /// <param name="source">The archive that the estimates come from.</param>
    /// <param name="output">Another archive's directory; <see langword="null"/> for none.</param>
    /// <param name="provenance">Where a new archive's estimates come from, in words.</param>
    /// <param name="described">What the other archive is to hold where that is more than the source's record, such as members of each trajectory.</param>
    /// <exception cref="IOException">The other archive describes another record.</exception>
    /// <exception cref="InvalidDataException">Its sites are others.</exception>
    /// <exception cref="ArgumentException">Estimates of another description, and no other archive.</exception>
    public static EstimateTarget Of(ParquetArchive source, string? output, string provenance, ArchiveDescription? described = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (described is not null && (output is null || ArchiveStores.PlaceOf(output) == source.Path))
        {
            throw new ArgumentException("Estimates of another number of trajectories: expected another archive for them, got none; name one (--output DIR).");
        }

        if (output is null || ArchiveStores.PlaceOf(output) == source.Path)
        {
            return new(source.Path, source.Description);
        }

        var expected = described ?? source.Description;
        if (!ArchiveDirectory.Has(ArchiveStores.Of(output)))
        {
            return new(output, expected with
            {
                Provenance = provenance, Checksums = new(StringComparer.Ordinal), Origins = null, Notes = null, Forcing = null,
                Takeovers = null,
            });
        }

        using var target = ParquetArchive.Open(output);
        var got = target.Description;
        expected.RequireSameSites(got, output);
        return Extent(got) == Extent(expected)
            ? new(output, got)
            : throw new IOException($"{output}: expected an archive of {Extent(expected)}, got one of {Extent(got)}. Choose another --output.");
    }

    private static string Extent(ArchiveDescription of) => string.Create(
        CultureInfo.InvariantCulture, $"{of.TrajectoryCount} x {of.Steps} steps of {of.StepLength} and {of.SiteCount} sites");
}
