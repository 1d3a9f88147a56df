using Coda.Data.Archives.Stores;
using Coda.Data.Foundation;

namespace Coda.Data.Archives.Parts;

/// <summary>Reads and checks the <c>archive.json</c> of an archive.</summary>
internal static class ArchiveDirectory
{
    private const string Cure = "Restore archive.json from a copy or make the archive anew.";

    /// <summary>The name of the description.</summary>
    public const string Description = "archive.json";

    /// <summary>Whether there is an archive.</summary>
    /// <param name="store">Where its files are.</param>
    public static bool Has(IArchiveStore store) => store.ReadDocument(Description) is not null;

    /// <summary>Reads the description.</summary>
    /// <param name="store">Where the archive's files are.</param>
    /// <param name="verifies">Whether it is compared with its digest.</param>
    /// <exception cref="ArchiveFormatException">It is missing, no JSON, of another format version, contradicts itself, or was changed.</exception>
    public static ArchiveDescription ReadDescription(IArchiveStore store, bool verifies = true) =>
        Find(store, verifies)?.Description ?? throw new ArchiveFormatException(
            $"{store.Place}: expected an archive, got no archive.json. Make one with 'coda simulate' or 'coda import'.");

    /// <summary>Reads the description, with the version of its document; nothing where there is none.</summary>
    /// <param name="store">Where the archive's files are.</param>
    /// <param name="verifies">Whether it is compared with its digest.</param>
    /// <exception cref="ArchiveFormatException">It is no JSON, of another format version, contradicts itself, or was changed.</exception>
    public static (ArchiveDescription Description, string Version)? Find(IArchiveStore store, bool verifies = true) =>
        store.ReadDocument(Description) is { } document ? (Parse(document.Content, store.PlaceOf(Description), verifies), document.Version) : null;

    private static ArchiveDescription Parse(byte[] content, string path, bool verifies)
    {
        try
        {
            using var source = JsonSource.Parse(content, path, Cure);
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
