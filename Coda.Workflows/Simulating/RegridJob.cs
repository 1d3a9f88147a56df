using Coda.Data.Archives.Stored;
using Coda.Data.Foundation;

namespace Coda.Workflows.Simulating;

/// <summary>A record to be put on the grid of another model of the same domain.</summary>
/// <param name="Archive">The record; it stays the caller's.</param>
/// <param name="System">The model's system.</param>
/// <param name="Output">The new archive's directory; the archive appears in it when it is whole.</param>
public sealed record RegridJob(ParquetArchive Archive, Component System, string Output)
{
    /// <summary>Whether an archive there is replaced, with all its tables.</summary>
    public bool Overwrite { get; init; }

    /// <summary>Where the archive comes from, in words, such as the command; kept with it.</summary>
    public string Provenance { get; init; } = "";
}
