using Coda.Data.Algebra;
using Coda.Data.Observations;

namespace Coda.Training.Losses;

/// <summary>What trains the spread s of analyses: the negative log-likelihood of observations that the network has not seen, y ~ N(H(x̂), H(s)² +
/// σ²).</summary>
/// <remarks>
/// Nix and Weigend (1994), doi:10.1109/ICNN.1994.374138, eq. 5, less log σ, so that it has no unit and an entry that is not observed counts nothing: ½ log(1 +
/// s²/σ²) + ½ (y - x̂)²/(s² + σ²). The error of an observation that entered the analysis is not independent of the analysis's; only withheld ones tell the
/// spread. It is no <see cref="LossTerm"/>: the states are not fitted to it.
/// </remarks>
public static class SpreadLikelihood
{
    /// <summary>Its name among the loss's terms as training reports them.</summary>
    public const string Name = "spread-likelihood";

    /// <summary>The sum over all entries.</summary>
    /// <param name="ops">The algebra to compute in.</param>
    /// <param name="h">The observation operator, one that selects entries.</param>
    /// <param name="states">The analyses x̂. [batch, space]</param>
    /// <param name="spread">Their spread s. [batch, space]</param>
    /// <param name="values">The observations y at the analyses' step. [batch, site]</param>
    /// <param name="precisions">1/σ² where observed and withheld, 0 elsewhere. [batch, site]</param>
    /// <returns>A scalar.</returns>
    public static T Sum<T>(IAlgebra<T> ops, ObservationOperator h, T states, T spread, T values, T precisions)
    {
        var innovation = ops.Field(values) - h.Apply(ops.Field(states)); // [batch, site]
        var (deviation, precision) = (h.Apply(ops.Field(spread)), ops.Field(precisions));
        var widening = precision * (deviation * deviation) + 1; // (s² + σ²) / σ²
        var misfit = precision * (innovation * innovation) / widening;
        return ((widening.Log() + misfit).Sum(-1).Sum(-1) * 0.5).Value;
    }
}
