using Coda.Data.Foundation;

namespace Coda.Classical.Ensemble;

/// <summary>One update for the whole state, then inflation and rotation.</summary>
/// <param name="update">The filter's mathematics.</param>
/// <param name="members">The number of members N.</param>
/// <param name="size">The length of one state.</param>
/// <param name="inflation">The factor on the analyzed anomalies.</param>
/// <param name="rotation">Whether they are turned at random.</param>
internal sealed class GlobalAnalysis(EnsembleUpdate update, int members, int size, double inflation, bool rotation) : EnsembleAnalysis
{
    private readonly EnsembleSpectrum _spectrum = new(members);
    private readonly EnsembleTransform _transform = new(members);
    private readonly double[] _scratch = new double[(members + 1) * size];

    /// <inheritdoc/>
    public override EnsembleTransform? Transform => _transform;

    /// <inheritdoc/>
    public override ILagged CarryBack(int lag) => new FixedLag(lag, members, size);

    /// <inheritdoc/>
    public override void Analyze(EnsembleState state, EnsembleObservations observations, CounterRandom random)
    {
        _spectrum.Decompose(observations);
        update(_spectrum, observations, ref random, _transform);
        _transform.Inflate(inflation);
        if (rotation)
        {
            _transform.Rotate(ref random);
        }

        _transform.Apply(state.Mean, state.Anomalies, _scratch);

        // Carried back to earlier states it does not inflate them: over a lag of L that would be inflation to the power L.
        _transform.Inflate(1 / inflation);
    }
}
