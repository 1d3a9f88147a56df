using Coda.Data.Archives;
using Coda.Data.Coverage;
using Coda.Data.Foundation;

namespace Coda.Inference.Assimilation;

/// <summary>What came of observations that a stream with bands was taken further by.</summary>
/// <param name="Analyses">The analyses of their steps, as coordinates, with spread, and bands of their values.</param>
/// <param name="To">Where the stream stands then.</param>
/// <param name="Coverage">What is known of its bands.</param>
/// <param name="Changes">Alarms that began or ended on the way, in order.</param>
public sealed record BandedStep(StateBlock Analyses, StreamPosition To, AdaptiveState Coverage, IReadOnlyList<ResultWarning> Changes)
{
    /// <summary>The observations that were in the bands made before they were seen.</summary>
    public long Inside { get; init; }

    /// <summary>Those that were not.</summary>
    public long Outside { get; init; }
}
