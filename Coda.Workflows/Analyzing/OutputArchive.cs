using Coda.Data.Archives;

namespace Coda.Workflows.Analyzing;

/// <summary>The archive that estimates are written to: the one they come from, or another of the same record.</summary>
public static class OutputArchive
{
    /// <summary>Finds it.</summary>
    /// <param name="source">The archive that they come from.</param>
    /// <param name="output">The other archive's directory; <see langword="null"/> for none.</param>
    /// <param name="command">What makes them, for the other archive's provenance.</param>
    /// <returns>Its directory, and its description where it is new.</returns>
    /// <exception cref="IOException">The other archive describes another record.</exception>
    public static (string Path, ArchiveDescription Description) Of(ParquetArchive source, string? output, string command)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (output is null || Path.GetFullPath(output) == source.Path)
        {
            return (source.Path, source.Description);
        }

        var expected = source.Description;
        if (!File.Exists(Path.Combine(output, "archive.json")))
        {
            return (output, expected with { Provenance = command, Checksums = new(StringComparer.Ordinal), Origins = null, Notes = null });
        }

        using var target = ParquetArchive.Open(output);
        var got = target.Description;
        expected.RequireSameSites(got, output);
        return (got.SiteCount, got.Steps, got.TrajectoryCount, got.StepLength) == (expected.SiteCount, expected.Steps, expected.TrajectoryCount, expected.StepLength)
            ? (output, got)
            : throw new IOException(FormattableString.Invariant(
                $"{output}: expected an archive of {expected.TrajectoryCount} x {expected.Steps} steps of {expected.StepLength} and {expected.SiteCount} sites, ")
                + FormattableString.Invariant($"got {got.TrajectoryCount} x {got.Steps} of {got.StepLength} and {got.SiteCount}. Choose another --output."));
    }

    /// <summary>Opens it, where it is new as an archive without tables.</summary>
    /// <returns>The archive; the caller's to dispose.</returns>
    /// <inheritdoc cref="Of"/>
    public static ParquetArchive Open(ParquetArchive source, string? output, string command)
    {
        var (path, description) = Of(source, output, command);
        return File.Exists(Path.Combine(path, "archive.json")) ? ParquetArchive.Open(path) : ParquetArchive.Create(path, description);
    }
}
