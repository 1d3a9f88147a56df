using Coda.Data.Foundation;

namespace Coda.Inference.Classical.Ensemble;

/// <summary>One update for the whole state, then inflation and rotation.</summary>
/// <param name="update">The filter's mathematics.</param>
/// <param name="members">The number of members N.</param>
/// <param name="size">The length of one state.</param>
/// <param name="inflation">The factor on the analyzed anomalies.</param>
/// <param name="rotation">Whether they are turned at random.</param>
/// <param name="warmUp">The first analyses in which the prior is inflated as by <see cref="EnkfN"/>.</param>
internal sealed class GlobalAnalysis(EnsembleUpdate update, int members, int size, double inflation, bool rotation, int warmUp) : EnsembleAnalysis
{
    private readonly EnsembleSpectrum _spectrum = new(members);
    private readonly EnsembleTransform _transform = new(members);
    private int _analyses;
    private readonly double[] _scratch = new double[(members + 1) * size];

    /// <inheritdoc/>
    public override EnsembleTransform? Transform => _transform;

    /// <inheritdoc/>
    public override void Analyze(EnsembleState state, EnsembleObservations observations, CounterRandom random)
    {
        _spectrum.Decompose(observations);
        var scale = _analyses++ < warmUp ? Math.Sqrt(Math.Max(1, EnkfN.PriorScale(_spectrum, members))) : 1;
        if (scale > 1)
        {
            observations.Scale(scale);
            _spectrum.Decompose(observations);
        }

        update(_spectrum, observations, ref random, _transform);
        _transform.Scale(scale);
        _transform.Inflate(inflation);
        if (rotation)
        {
            _transform.Rotate(ref random);
        }

        _transform.Apply(state.Mean, state.Anomalies, _scratch);
    }
}
