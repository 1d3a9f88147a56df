using Coda.Data.Coverage;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;

namespace Coda.Workflows.Following;

/// <summary>The newest analysis of a trajectory.</summary>
public sealed record NewestAnalysis
{
    /// <summary>Its number.</summary>
    public required int Trajectory { get; init; }

    /// <summary>The step that it began at, from the climatology.</summary>
    public required long BeganAt { get; init; }

    /// <summary>The step of the analysis.</summary>
    public required long Step { get; init; }

    /// <summary>The step as a date, where that is known.</summary>
    public string? Time { get; init; }

    /// <summary>The step after the last that is in the archive; nothing where none is.</summary>
    public long? SealedEnd { get; init; }

    /// <summary>The observations that came late, which are not used.</summary>
    public long Late { get; init; }

    /// <summary>What makes the analysis doubtful; empty where nothing does.</summary>
    public required IReadOnlyList<ResultWarning> Doubts { get; init; }

    /// <summary>What is corrected of the model on the way; nothing where nothing is.</summary>
    public IReadOnlyList<CorrectedNumber>? Corrected { get; init; }

    /// <summary>The state. [space]</summary>
    public required IReadOnlyList<float> State { get; init; }

    /// <summary>The standard deviation of each entry's error; nothing where the model gives none. [space]</summary>
    public IReadOnlyList<float>? Spread { get; init; }

    /// <summary>The half-width of a band around each entry that covers the state with the level asked for; 0 where it is not covered, nothing where no bands
    /// were asked for. [space]</summary>
    public IReadOnlyList<float>? Band { get; init; }

    /// <summary>How many observations the bands had that were made before they were seen; nothing where no bands were asked for.</summary>
    public CoverageReport? Coverage { get; init; }
}
