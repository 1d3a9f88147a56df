using Coda.Data.Algebra;
using Coda.Data.Foundation;

namespace Coda.Training.Networks;

/// <summary>A few numbers for a state, and a state for these numbers: x ≈ D(E(x)).</summary>
/// <remarks>
/// Written in the operations of dynamics alone, so that the decoder's tangent comes from dual numbers and its adjoint from a tape, as a simulator's do. A
/// subclass is one file: sealed, with a nested <c>Options</c> record and a constructor (<see cref="AssimilationContext"/>, Options). Immutable; safe to share.
/// </remarks>
public abstract class AutoEncoder : ITrainable
{
    /// <summary>Every auto-encoder, by name; the context is an <see cref="AssimilationContext"/>.</summary>
    public static Catalog<AutoEncoder> Catalog { get; } = new("auto-encoder", typeof(AssimilationContext));

    /// <inheritdoc/>
    public abstract IReadOnlyList<WeightDefinition> WeightDefinitions { get; }

    /// <summary>The number of latent numbers.</summary>
    public abstract int LatentSize { get; }

    /// <summary>E, the latent numbers of states. [..., space] to [..., latent]</summary>
    /// <param name="ops">The algebra to compute in.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="states">The states, as coordinates; leading axes are free. [..., space]</param>
    public abstract T Encode<T>(IAlgebra<T> ops, Weights<T> weights, T states);

    /// <summary>D, the states of latent numbers. [..., latent] to [..., space]</summary>
    /// <param name="ops">The algebra to compute in.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="latent">The latent numbers; leading axes are free. [..., latent]</param>
    public abstract T Decode<T>(IAlgebra<T> ops, Weights<T> weights, T latent);

    /// <inheritdoc/>
    public IEnumerable<ModelGraph> Graphs(AssimilationContext context) =>
        [new EncoderGraph(this, context), new DecoderGraph(this, context), new DecoderTangentGraph(this, context)];
}
