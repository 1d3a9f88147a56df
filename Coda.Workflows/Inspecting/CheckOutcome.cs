using Coda.Data.Archives.Runs;

namespace Coda.Workflows.Inspecting;

/// <summary>What a check of an archive found, where nothing is damaged.</summary>
/// <param name="Path">The archive's directory.</param>
/// <param name="HasTables">Whether there are tables, of which every checksum and row agrees.</param>
/// <param name="Runs">How far the unfinished runs of its tables had come, by table; those of which no part was missing are sealed now.</param>
public sealed record CheckOutcome(string Path, bool HasTables, IReadOnlyDictionary<string, RunStatus> Runs);
