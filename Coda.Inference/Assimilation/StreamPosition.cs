using Coda.Data.Foundation;

namespace Coda.Inference.Assimilation;

/// <summary>Where a stream of observations stands after a step: all that the next one needs. Immutable; of one <see cref="StreamAnalysis"/>'s kind and
/// model.</summary>
/// <param name="firstStep">The step that it began at.</param>
/// <param name="step">The step of the newest analysis.</param>
public abstract class StreamPosition(long firstStep, long step)
{
    /// <summary>The step that it began at, from the climatology.</summary>
    public long FirstStep => firstStep;

    /// <summary>The step of the newest analysis.</summary>
    public long Step => step;

    /// <summary>What makes the analyses of late doubtful; <see langword="null"/> where nothing does.</summary>
    public abstract ResultWarning? Doubt { get; }

    /// <summary>What is corrected of the model on the way, as it was known at <see cref="Step"/>; empty where nothing is.</summary>
    public virtual IReadOnlyList<CorrectedNumber> Corrected => [];
}
