using System.Numerics.Tensors;
using Coda.Data.Dynamics;

namespace Coda.Inference.Classical.Ensemble;

/// <summary>Stops a filter that has lost the truth.</summary>
/// <remarks>
/// Over about the last 500 observations, a filter has diverged when its innovations are larger than the observations' departures from their own climate, and far
/// larger than its spread allows: mean d² > 1.2 climatological variance, and mean d² / (H P Hᵀ + R) > 2. Nothing is said before there were 50 observations for each
/// state entry, in which a filter that starts from climatology may still look for the truth.
/// </remarks>
/// <param name="method">The method's name.</param>
/// <param name="climate">The observations' climate.</param>
/// <param name="members">The number of members N.</param>
/// <param name="size">The length of one state.</param>
internal sealed class DivergenceWatch(string method, ObservedClimate climate, int members, int size)
{
    private const double Memory = 500;
    private const double Enough = 200;
    private const double Grace = 50;
    private const double WorseThanClimate = 1.2;
    private const double WorseThanSpread = 2;

    private double _seen;
    private double _weight;
    private double _consistency;
    private double _climatology;
    private double _square;

    /// <summary>Refuses an ensemble that is not finite.</summary>
    /// <param name="ensemble">The members. [member, space]</param>
    /// <param name="trajectory">The trajectory's number.</param>
    /// <param name="step">The model step.</param>
    /// <exception cref="DivergenceException">It is not finite.</exception>
    public void RequireFinite(ReadOnlySpan<double> ensemble, int trajectory, long step)
    {
        if (!double.IsFinite(TensorPrimitives.Sum(ensemble)))
        {
            throw new DivergenceException(
                $"{method}: trajectory {trajectory} diverged at step {step}: the ensemble's spread is no longer finite. {Innovations()} Take a shorter time step or a smaller inflation.");
        }
    }

    /// <summary>Looks at the innovations of a step.</summary>
    /// <param name="observations">The step's observations, before the analysis.</param>
    /// <param name="trajectory">The trajectory's number.</param>
    /// <param name="step">The model step.</param>
    /// <exception cref="DivergenceException">The filter has lost the truth.</exception>
    public void Look(EnsembleObservations observations, int trajectory, long step)
    {
        var keep = Math.Max(0, 1 - (observations.Count / Memory));
        (_weight, _consistency, _climatology, _square) = (keep * _weight, keep * _consistency, keep * _climatology, keep * _square);
        _seen += observations.Count;
        var spread = 0.0;
        for (var i = 0; i < observations.Count; i++)
        {
            var row = observations.Anomalies.AsSpan(i * members, members);
            var (square, prior) = (observations.Innovation[i] * observations.Innovation[i], TensorPrimitives.SumOfSquares<double>(row));
            var variance = observations.Sigma[i] * observations.Sigma[i];
            spread += prior * variance / observations.Count;
            _weight++;
            _consistency += square / (prior + 1);
            _square += square * variance;
            _climatology += square * variance / climate.Variance[observations.Sites[i]];
        }

        if (_weight >= Enough && _seen >= Grace * size && _consistency > WorseThanSpread * _weight && _climatology > WorseThanClimate * _weight)
        {
            throw new DivergenceException(FormattableString.Invariant(
                $"{method}: trajectory {trajectory} diverged at step {step}: spread {Math.Sqrt(spread):G3}. {Innovations()} Raise inflation or members, or start elsewhere with another seed."));
        }
    }

    private string Innovations() => _weight == 0 ? "No innovations yet." : FormattableString.Invariant(
        $"Innovations: root mean square {Math.Sqrt(_square / _weight):G3}, {Math.Sqrt(_consistency / _weight):G3} times what spread and observation error allow (expected about 1), {Math.Sqrt(_climatology / _weight):G3} times the observations' climatological deviation.");
}
