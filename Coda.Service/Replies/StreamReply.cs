using Coda.Data.Coverage;
using Coda.Inference.Assimilation;

namespace Coda.Service.Replies;

/// <summary>Where a stream stands, and analyses of it.</summary>
internal sealed record StreamReply
{
    /// <summary>The stream's name.</summary>
    public required string Stream { get; init; }

    /// <summary>The step that it began at, from the climatology; another one than the client's own first tells that the service had forgotten it.</summary>
    public required long BeganAt { get; init; }

    /// <summary>The first step that it has not analyzed.</summary>
    public required long NextStep { get; init; }

    /// <summary>What is corrected of the model on the way, as it was known at the newest step; null where nothing is.</summary>
    public IReadOnlyList<CorrectedNumber>? Corrected { get; init; }

    /// <summary>How many observations the stream's bands had that were made before they were seen; null where the service has none of streams.</summary>
    public CoverageReport? Coverage { get; init; }

    /// <summary>The analyses asked for; of GET, the newest one.</summary>
    public required AnalysisReply Analyses { get; init; }
}
