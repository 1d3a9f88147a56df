using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Twins;
using Coda.Inference.Assimilation;

namespace Coda.Benchmarks.Classical;

/// <summary>A first guess without a method's own time: the truth with an error of .3 that does not change.</summary>
internal sealed class ShiftedTruth : AssimilationMethod
{
    private readonly float[] _states;

    /// <summary>Simulates the truth.</summary>
    /// <param name="twin">The experiment, of one trajectory.</param>
    public ShiftedTruth(TwinExperiment twin)
    {
        Layout = twin.Describe().Layout;
        _states = [.. twin.Truth().SelectMany(b => b.States.ToArray()).Select((x, i) => x + (0.3f * (i % 3 == 0 ? 1 : -1)))];
    }

    /// <inheritdoc/>
    public override string Name => "shifted";

    /// <inheritdoc/>
    public override int? LookAhead => null;

    /// <inheritdoc/>
    public override StateLayout Layout { get; }

    /// <inheritdoc/>
    public override IEnumerable<StateBlock> Compute(IObservationArchive archive, AnalysisRequest? request = null) =>
        [new StateBlock(0, 0, Layout.Size, _states)];
}
