namespace Coda.Workflows.Following;

/// <summary>The newest analyses of a feed: the content of <c>newest.json</c>.</summary>
public sealed record NewestAnalyses
{
    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>What kind of analysis it is, in a word.</summary>
    public required string Form { get; init; }

    /// <summary>What the observations come from.</summary>
    public required string Feed { get; init; }

    /// <summary>The last batch that is in these analyses, in the feed's own words.</summary>
    public string? Ordinal { get; init; }

    /// <summary>The batches that were read.</summary>
    public required long Batches { get; init; }

    /// <summary>The observations that they had, late ones included.</summary>
    public required long Observations { get; init; }

    /// <summary>Those of steps that were analyzed already when they came, which are not used.</summary>
    public required long Late { get; init; }

    /// <summary>Observations of steps that are not analyzed yet.</summary>
    public required long Waiting { get; init; }

    /// <summary>The newest analysis of each trajectory.</summary>
    public required IReadOnlyList<NewestAnalysis> Trajectories { get; init; }
}
