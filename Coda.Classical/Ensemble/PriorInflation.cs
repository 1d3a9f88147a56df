using System.Numerics.Tensors;

namespace Coda.Classical.Ensemble;

/// <summary>Inflates the prior of one trajectory while its innovations are larger than its spread and the observations' errors allow.</summary>
/// <remarks>
/// A filter that starts from climatology, or whose members are few for what the observations leave open, becomes surer than it is right. Over about the last 50
/// observations a consistent filter has c = mean d² / (H P Hᵀ + R) near 1. Where c > 1 + √(2 / n), of fields three times as far above 1, the prior takes the
/// scale of the finite-size filter (<see cref="EnkfN"/>), no more than the step's innovations show and 1.5 in variance; else nothing, so that it ends by
/// itself as soon as the filter is consistent: that scale is above 1 in a consistent filter too, and taken at every step it would never let the spread come
/// down. For one thread.
/// </remarks>
/// <param name="members">The number of members N.</param>
/// <param name="analyses">The analyses from the first on in which it may act.</param>
/// <param name="deviations">The deviations of chance beyond which c tells of too small a spread.</param>
internal sealed class PriorInflation(int members, long analyses, double deviations)
{
    private const double Memory = 50;
    private const double MostGrowth = 1.5; // of the variance in one analysis

    private readonly EnsembleSpectrum _spectrum = new(members);
    private double _weight;
    private double _consistency;
    private long _analyses;

    /// <summary>Inflates the anomalies of state and observations, where the innovations ask for it.</summary>
    /// <param name="state">The prior.</param>
    /// <param name="observations">At least one observation.</param>
    public void Apply(EnsembleState state, EnsembleObservations observations)
    {
        if (_analyses >= analyses)
        {
            return;
        }

        _analyses++;
        var (innovation, spread) = Look(observations);
        if (spread > 0 && _consistency > _weight * (1 + (deviations * Math.Sqrt(2 / _weight))))
        {
            _spectrum.Decompose(observations);
            // No more than the innovations show: a spread that explains them all. Else a small ensemble far from the truth grows without bound.
            var square = Math.Min(EnkfN.PriorScale(_spectrum, members), Math.Min(MostGrowth, innovation / spread));
            Scale(state, observations, Math.Sqrt(Math.Max(1, square)));
        }
    }

    private (double Innovation, double Spread) Look(EnsembleObservations observations)
    {
        var keep = Math.Max(0, 1 - (observations.Count / Memory));
        (_weight, _consistency) = ((keep * _weight) + observations.Count, keep * _consistency);
        var (innovation, spread) = (0.0, 0.0);
        for (var i = 0; i < observations.Count; i++)
        {
            var square = observations.Innovation[i] * observations.Innovation[i];
            var variance = observations.VarianceOf(i);
            (innovation, spread) = (innovation + square, spread + variance);
            _consistency += square / (1 + variance);
        }

        return (innovation, spread);
    }

    private static void Scale(EnsembleState state, EnsembleObservations observations, double factor)
    {
        observations.Scale(factor);
        TensorPrimitives.Multiply(state.Anomalies, factor, state.Anomalies);
    }
}
