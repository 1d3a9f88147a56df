using Coda.Data.Archives;
using Coda.Data.Foundation;

namespace Coda.Inference.Assimilation;

/// <summary>Where a stream of nowcasts stands: the observations that the next windows read.</summary>
/// <param name="firstStep">The step that it began at.</param>
/// <param name="step">The step of the newest analysis.</param>
/// <param name="recent">The observations of the last half-width of steps, fewer at the beginning.</param>
internal sealed class NowcastPosition(long firstStep, long step, ObservationStretch recent) : StreamPosition(firstStep, step)
{
    /// <summary>The observations that the next windows read.</summary>
    public ObservationStretch Recent => recent;

    /// <inheritdoc/>
    /// <remarks>Each analysis stands by itself, so that none is lost by what came before.</remarks>
    public override ResultWarning? Doubt => null;
}
