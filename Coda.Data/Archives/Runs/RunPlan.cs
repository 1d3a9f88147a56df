namespace Coda.Data.Archives.Runs;

/// <summary>What a run makes, from what, in which parts: the content of its <c>plan.json</c>, the same for every shard.</summary>
internal sealed record RunPlan
{
    /// <summary>What the parts are made from, by name: method, model, observations.</summary>
    public required SortedDictionary<string, string> Origin { get; init; }

    /// <summary>The description of the archive that the table becomes part of.</summary>
    public required ArchiveDescription Description { get; init; }

    /// <summary>What the table will say of itself, where that is known.</summary>
    public TableNote? Note { get; init; }

    /// <summary>The parts, in the order of their rows.</summary>
    public required IReadOnlyList<RunPart> Parts { get; init; }
}
