using Coda.Data.Algebra;
using Coda.Data.Foundation;

namespace Coda.Training.Networks;

/// <summary>The score of short stretches of a trajectory with noise on them, through the states expected without it.</summary>
/// <remarks>
/// Of x(t) = x + σ d z, with z from a normal distribution of variance 1 and d the climatology's deviation, the network gives D(x(t), σ) ≈ E[x | x(t)]; the
/// score, the gradient of the logarithm of their density, is (D - x(t)) / (σ d)² (Robbins, 1956; Vincent, 2011, doi:10.1162/NECO_a_00142). Written in the
/// operations of dynamics alone, so that the transpose of D's derivative, which guidance by observations needs, comes from a tape inside the same graph. A
/// subclass is one file: sealed, with a nested <c>Options</c> record and a constructor (<see cref="AssimilationContext"/>, Options). Immutable; safe to share.
/// </remarks>
public abstract class ScoreNetwork : ITrainable
{
    /// <summary>Every network of a score, by name; the context is an <see cref="AssimilationContext"/>.</summary>
    public static Catalog<ScoreNetwork> Catalog { get; } = new("score network", typeof(AssimilationContext));

    /// <inheritdoc/>
    public abstract IReadOnlyList<WeightDefinition> WeightDefinitions { get; }

    /// <summary>The blanket k: how many states on each side of one its score is taken to depend on.</summary>
    public abstract int Blanket { get; }

    /// <summary>The number of states of a segment, 2 k + 1.</summary>
    public int SegmentLength => (2 * Blanket) + 1;

    /// <summary>D, the states expected without noise.</summary>
    /// <param name="ops">The algebra to compute in.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="segment">The states with noise, as coordinates. [batch, time, space]</param>
    /// <param name="noise">σ, in the climatology's deviations. [batch, 1]</param>
    /// <returns>The states without noise. [batch, time, space]</returns>
    public abstract T Denoise<T>(IAlgebra<T> ops, Weights<T> weights, T segment, T noise);

    /// <inheritdoc/>
    public IEnumerable<ModelGraph> Graphs(AssimilationContext context) => [new ScoreGraph(this, context)];
}
