using Coda.Data.Archives;

namespace Coda.Workflows.Inspecting;

/// <summary>An archive.</summary>
/// <param name="Path">Its directory.</param>
/// <param name="IsVerified">Whether every checksum and row was found right.</param>
/// <param name="Description">What it holds.</param>
/// <param name="Tables">Its tables, by name.</param>
public sealed record InspectedArchive(string Path, bool IsVerified, ArchiveDescription Description, IReadOnlyDictionary<string, InspectedTable> Tables)
    : Inspection("archive", Path);
