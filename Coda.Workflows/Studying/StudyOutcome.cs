namespace Coda.Workflows.Studying;

/// <summary>What a study has come to.</summary>
/// <param name="Folder">The folder with records, models and results.</param>
/// <param name="Results">The results of all cells that are finished, of every shard, in the order of the study.</param>
/// <param name="Table">The same as a table.</param>
public sealed record StudyOutcome(string Folder, IReadOnlyList<StudyResult> Results, StudyTable Table);
