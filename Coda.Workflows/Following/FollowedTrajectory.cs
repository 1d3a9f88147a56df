using Coda.Data.Archives;
using Coda.Data.Coverage;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;

namespace Coda.Workflows.Following;

/// <summary>Where one trajectory of a feed stands. Immutable, so that a batch is taken whole or not at all.</summary>
internal sealed record FollowedTrajectory(int Number)
{
    /// <summary>Where its analysis stands; <see langword="null"/> before its first step.</summary>
    public StreamPosition? Position { get; init; }

    /// <summary>The newest analysis, as values.</summary>
    public StateBlock? Newest { get; init; }

    /// <summary>What is known of its bands; <see langword="null"/> before its first step, and where there are none.</summary>
    public AdaptiveState? Coverage { get; init; }

    /// <summary>The alarms of its bands that began or ended with the batch that was taken last.</summary>
    public IReadOnlyList<ResultWarning> Changes { get; init; } = [];

    /// <summary>Observations of steps that are not analyzed yet, in the order in which they came.</summary>
    public IReadOnlyList<ObservationRow> Open { get; init; } = [];

    /// <summary>The analyses that are not in the archive yet, as values, by step.</summary>
    public PendingStates Pending { get; init; } = PendingStates.None;

    /// <summary>The number of its next part.</summary>
    public int NextPart { get; init; }

    /// <summary>The observations that came late.</summary>
    public long Late { get; init; }

    /// <summary>The step after the last that is in the archive; nothing where none is.</summary>
    public long? SealedEnd => NextPart == 0 ? null : Position!.Step + 1 - Pending.Count;
}
