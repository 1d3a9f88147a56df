using Coda.Data.Archives.Import;

namespace Coda.Workflows.Importing;

/// <summary>A user's own observations to bring into an archive.</summary>
/// <param name="Options">The files, and how they are to be read.</param>
/// <param name="Output">The archive's directory; the archive appears in it when it is whole.</param>
public sealed record ImportJob(ImportOptions Options, string Output)
{
    /// <summary>
    /// A trained model's folder or name, or another archive's directory, that the sites' names, order and state entries are taken from, and the system where
    /// it is known; in place of those of <see cref="Options"/>.
    /// </summary>
    public string? SitesOf { get; init; }

    /// <summary>Whether an archive there is replaced, with all its tables.</summary>
    public bool Overwrite { get; init; }
}
