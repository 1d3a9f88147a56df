using Coda.Data.Foundation;

namespace Coda.Data.Archives.Parts;

/// <summary>Reads and checks the <c>archive.json</c> of an archive's directory.</summary>
internal static class ArchiveDirectory
{
    private const string Cure = "Restore archive.json from a copy or make the archive anew.";

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
            DescriptionCheck.Require(description);
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
}
