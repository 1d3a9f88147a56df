using Coda.Data.Archives;
using Coda.Data.Coverage;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;

namespace Coda.Service.Batching;

/// <summary>What came of a stream's next steps.</summary>
/// <param name="Analyses">Their analyses, as coordinates, with the bands of their values where there are bands.</param>
/// <param name="To">Where the stream stands then.</param>
/// <param name="Bands">What is known of its bands; <see langword="null"/> where there are none.</param>
/// <param name="Changes">Alarms that began or ended on the way.</param>
internal sealed record AdvancedSteps(StateBlock Analyses, StreamPosition To, AdaptiveState? Bands, IReadOnlyList<ResultWarning> Changes)
{
    /// <summary>The observations that were in the bands made before they were seen.</summary>
    public long Inside { get; init; }

    /// <summary>Those that were not.</summary>
    public long Outside { get; init; }
}
