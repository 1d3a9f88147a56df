using System.Text.Json;
using System.Text.Json.Nodes;
using Coda.Data.Foundation;

namespace Coda.Data.Archives.Parts;

/// <summary>Reads and checks the <c>archive.json</c> of an archive's directory.</summary>
internal static class ArchiveDirectory
{
    private const int MostChecked = 1 << 22; // of a larger state, a file's word alone is not worth the memory

    /// <summary>The path of the description.</summary>
    /// <param name="root">The archive's directory.</param>
    public static string DescriptionPath(string root) => Path.Combine(root, "archive.json");

    /// <summary>Reads the description.</summary>
    /// <param name="root">The archive's directory.</param>
    /// <exception cref="ArchiveFormatException">It is missing, no JSON, of another format version, or contradicts itself.</exception>
    public static ArchiveDescription ReadDescription(string root)
    {
        var path = DescriptionPath(root);
        try
        {
            CheckVersion(path);
            var description = CodaJson.Read<ArchiveDescription>(path);
            Check(description);
            CheckSites(description);
            return description;
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ArchiveFormatException($"{root}: expected an archive, got no archive.json. Make one with 'coda simulate' or 'coda import'.", fault);
        }
        catch (Exception fault) when (fault is InvalidDataException or JsonException or ArgumentException or InvalidOperationException or FormatException)
        {
            throw new ArchiveFormatException($"{path}: {fault.Message.Replace(path + ": ", "")} Restore archive.json from a copy or make the archive anew.", fault);
        }
    }

    /// <summary>Checks that a description is one of a possible archive.</summary>
    /// <param name="description">The description.</param>
    /// <exception cref="ArgumentException">One line for every fault.</exception>
    public static void Check(ArchiveDescription description) => new Faults("Archive description")
        .Require(description.SiteCount > 0, "siteCount", "at least 1", description.SiteCount)
        .Require(double.IsFinite(description.StepLength) && description.StepLength > 0, "stepLength", "a finite number greater than 0", description.StepLength)
        .Require(description.TrajectoryCount > 0, "trajectoryCount", "at least 1", description.TrajectoryCount)
        .Require(description.Steps.Count > 0, "steps", "a range of at least one step", description.Steps)
        .Require(description.Sigma is null or (> 0 and < double.PositiveInfinity), "sigma", "a finite number greater than 0", description.Sigma)
        .Require(description.SiteNames is null || description.SiteNames.Count == description.SiteCount, "siteNames", $"{description.SiteCount} names or none", description.SiteNames?.Count)
        .Require(description.Withheld.Fraction is >= 0 and < 1, "withheld.fraction", "a share in [0, 1)", description.Withheld.Fraction)
        .Require(description.Checksums.Keys.All(TableFormat.IsPartName), "checksums", "names of parts, such as observations/part-00000.parquet", description.Checksums.Keys.FirstOrDefault(k => !TableFormat.IsPartName(k)))
        .Require(description.Checksums.Values.All(IsSha256), "checksums", "SHA-256 in 64 hexadecimal digits", description.Checksums.FirstOrDefault(c => !IsSha256(c.Value)).Value)
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

    private static void CheckVersion(string path)
    {
        using var stream = File.OpenRead(path);
        var version = JsonNode.Parse(stream, documentOptions: new() { CommentHandling = JsonCommentHandling.Skip })?["formatVersion"]?.GetValue<int>();
        if (version is { } got && got != ArchiveDescription.CurrentFormatVersion)
        {
            throw new InvalidDataException($"expected format version {ArchiveDescription.CurrentFormatVersion}, got {got}; this version of Coda cannot read it.");
        }
    }
}
