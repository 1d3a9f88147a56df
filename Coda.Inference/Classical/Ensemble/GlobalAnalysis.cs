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
    private const double MostGrowth = 1.5; // of the variance in one analysis

    private readonly EnsembleSpectrum _spectrum = new(members);
    private readonly EnsembleTransform _transform = new(members);
    private readonly double[] _scratch = new double[(members + 1) * size];
    private int _analyses;

    /// <inheritdoc/>
    public override EnsembleTransform? Transform => _transform;

    /// <inheritdoc/>
    public override void Analyze(EnsembleState state, EnsembleObservations observations, CounterRandom random)
    {
        _spectrum.Decompose(observations);
        var scale = _analyses++ < warmUp ? WarmUpScale(observations) : 1;
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

        // Carried back to earlier states it does not inflate them: over a lag of L that would be inflation to the power L.
        _transform.Scale(1 / scale);
        _transform.Inflate(1 / inflation);
    }

    // No more than the innovations show: a spread that explains them all. Else a small ensemble far from the truth grows without bound.
    private double WarmUpScale(EnsembleObservations observations)
    {
        var (innovation, spread) = (0.0, 0.0);
        for (var i = 0; i < observations.Count; i++)
        {
            innovation += observations.Innovation[i] * observations.Innovation[i];
        }

        for (var i = 0; i < _spectrum.Count; i++)
        {
            spread += _spectrum.Eigenvalues[i];
        }

        return spread > 0 ? Math.Sqrt(Math.Max(1, Math.Min(EnkfN.PriorScale(_spectrum, members), Math.Min(MostGrowth, innovation / spread)))) : 1;
    }
}
