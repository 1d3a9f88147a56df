using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Observations;

namespace Coda.Data.Archives.Parts;

/// <summary>Reads and checks the <c>archive.json</c> of an archive's directory.</summary>
internal static class ArchiveDirectory
{
    private const long MostSteps = 1L << 53;
    private const long FurthestStep = 1L << 62; // sums with widths of windows stay numbers
    private const string Cure = "Restore archive.json from a copy or make the archive anew.";
    private const int MostChecked = 1 << 22; // of a larger state, a file's word alone is not worth the memory

    /// <summary>The path of the description.</summary>
    /// <param name="root">The archive's directory.</param>
    public static string DescriptionPath(string root) => Path.Combine(root, "archive.json");

    /// <summary>Reads the description.</summary>
    /// <param name="root">The archive's directory.</param>
    /// <param name="verifies">Whether it is compared with its digest.</param>
    /// <exception cref="ArchiveFormatException">It is missing, no JSON, of another format version, contradicts itself, or was changed.</exception>
    public static ArchiveDescription ReadDescription(string root, bool verifies = true)
    {
        var path = DescriptionPath(root);
        try
        {
            using var source = JsonSource.Open(path, Cure);
            if (source.FormatVersion is { } got and not (>= 1 and <= ArchiveDescription.CurrentFormatVersion))
            {
                throw new ArchiveFormatException(
                    $"{path}: expected format version 1 to {ArchiveDescription.CurrentFormatVersion}, got {got}; this version of Coda cannot read it. {Cure}");
            }

            var description = source.As<ArchiveDescription>() with { FormatVersion = ArchiveDescription.CurrentFormatVersion };
            Check(description);
            if (verifies)
            {
                source.RequireDigest();
            }

            return description;
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ArchiveFormatException($"{root}: expected an archive, got no archive.json. Make one with 'coda simulate' or 'coda import'.", fault);
        }
        catch (InvalidDataException fault)
        {
            throw new ArchiveFormatException(fault.Message, fault);
        }
        catch (ArgumentException fault)
        {
            throw new ArchiveFormatException($"{path}: {fault.Message} {Cure}", fault);
        }
    }

    /// <summary>Checks that a description is one of a possible archive.</summary>
    /// <param name="description">The description.</param>
    /// <exception cref="ArgumentException">One line for every fault.</exception>
    public static void Check(ArchiveDescription description)
    {
        CheckNumbers(description);
        CheckComponents(description);
        CheckSites(description);
    }

    private static void CheckNumbers(ArchiveDescription description) => new Faults("Archive description")
        .Require(description.SiteCount is > 0 and <= StateLayout.MostEntries, "siteCount", $"1 to {StateLayout.MostEntries}", description.SiteCount)
        .Require(double.IsFinite(description.StepLength) && description.StepLength > 0, "stepLength", "a finite number greater than 0", description.StepLength)
        .Require(description.TrajectoryCount is > 0 and <= StateLayout.MostEntries, "trajectoryCount", $"1 to {StateLayout.MostEntries}", description.TrajectoryCount)
        .Require(description.Steps.Count > 0, "steps", "a range of at least one step", description.Steps)
        .Require(
            description.Steps.Start >= -FurthestStep && description.Steps.End <= FurthestStep && description.Steps.Count <= MostSteps
                && description.TrajectoryCount * (double)description.Steps.Count <= long.MaxValue / 2,
            "steps", "a range that 53 bits can count", description.Steps)
        .Require(description.Sigma is null or (> 0 and < double.PositiveInfinity), "sigma", "a finite number greater than 0", description.Sigma)
        .Require(
            new[] { description.TimeUnit, description.ValueUnit, description.TimeOrigin ?? "" }.Concat(description.Layout.Fields.Select(f => f.Name)).All(t => ForeignText.Escape(t) == t),
            "timeUnit, valueUnit, timeOrigin and layout", "text without control characters", "some with them")
        .Require(description.SiteNames is null || description.SiteNames.Count == description.SiteCount, "siteNames", $"{description.SiteCount} names or none", description.SiteNames?.Count)
        .Require(description.Withheld.Fraction is >= 0 and < 1, "withheld.fraction", "a share in [0, 1)", description.Withheld.Fraction)
        .Require(description.Checksums.Keys.All(TableFormat.IsPartName), "checksums", "names of parts, such as observations/part-00000.parquet", description.Checksums.Keys.FirstOrDefault(k => !TableFormat.IsPartName(k)))
        .Require(description.Checksums.Values.All(IsSha256), "checksums", "SHA-256 in 64 hexadecimal digits", description.Checksums.FirstOrDefault(c => !IsSha256(c.Value)).Value)
        .Require(description.Notes?.Values.All(n => n is { LookAhead: null or >= 0 }) != false, "notes", "a lookAhead of at least 0 or none", "another")
        .ThrowIfAny();

    private static void CheckSites(ArchiveDescription description)
    {
        var faults = new Faults("Archive description").Require(
            description.SiteNames is null || description.SiteNames.Distinct().Count() == description.SiteCount, "siteNames", "distinct names", "a name twice");
        if (description.Layout.Size <= MostChecked)
        {
            var (operatorName, sites) = (description.Operator.Name, description.Sites().Entries.Count);
            faults.Require(
                sites == description.SiteCount, "siteCount", $"{sites}, as operator '{operatorName}' gives on a state of {description.Layout}",
                description.SiteCount);
        }

        faults.ThrowIfAny();
    }

    private static bool IsSha256(string? text) => text is { Length: 64 } && text.All(char.IsAsciiHexDigit);

    private static void CheckComponents(ArchiveDescription description)
    {
        var system = description.System is { } component ? DynamicalSystem.Catalog.OptionFaults(component) : null;
        var h = ObservationOperator.FaultsOf(description.Operator, description.Layout, description.SiteCount);
        new Faults("Archive description")
            .Require(system is null, "system", "an entry of the catalogue with options of its own", system)
            .Require(h is null, "operator", $"one of {description.SiteCount} sites", h)
            .ThrowIfAny();
    }
}
