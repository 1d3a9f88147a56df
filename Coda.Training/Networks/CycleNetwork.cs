using Coda.Data.Foundation;
using Coda.Training.Algebra;

namespace Coda.Training.Networks;

/// <summary>A learned sequential analysis: the forecast, the newest observations and a memory to the analysis and the next memory.</summary>
/// <remarks>
/// Bocquet et al. (2024), doi:10.1063/5.0230837: x^a = x^f + a(x^f, y - H(x^f)), trained through the cycles of the forecast, with one member. The memory is
/// ours: what the network knows of the forecast's errors from the cycles before; so are members, which the model carries along for it. A subclass is one file:
/// sealed, with a nested <c>Options</c> record and a constructor (<see cref="AssimilationContext"/>, Options); written over the algebra, it trains on LibTorch
/// and exports to ONNX. Immutable; safe to share.
/// </remarks>
public abstract class CycleNetwork : ITrainable
{
    /// <inheritdoc/>
    public abstract IReadOnlyList<WeightDefinition> WeightDefinitions { get; }

    /// <summary>The number of states that are forecast together; 1 for a state by itself.</summary>
    public abstract int Members { get; }

    /// <summary>The number of channels of the memory, at every point of the grid.</summary>
    public abstract int MemoryChannels { get; }

    /// <summary>The number of weights of the gain at every point of the grid; 0 where the network has no gain to be looked at.</summary>
    public abstract int GainChannels { get; }

    /// <summary>The points that memory and gain have: those of the grid, or one where entries are channels.</summary>
    public abstract int Points { get; }

    /// <summary>Analyzes a batch of forecasts.</summary>
    /// <param name="ops">The algebra to compute in.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="background">The forecasts, as coordinates. [batch, member, space]</param>
    /// <param name="observations">Raw values (0 where missing) and mask. [batch, 2, site]</param>
    /// <param name="memory">The memory that the cycle before left; 0 at the start. [batch, channel, point]</param>
    public abstract CycleAnalysis<T> Analyze<T>(INetworkAlgebra<T> ops, Weights<T> weights, T background, T observations, T memory);

    /// <summary>The standard deviation of the analysis's error, in state units. [batch, space]</summary>
    /// <param name="ops">The algebra to compute in.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="features"><see cref="CycleAnalysis{T}.Features"/>, of any number of cycles. [batch, channel, point]</param>
    public abstract T Spread<T>(INetworkAlgebra<T> ops, Weights<T> weights, T features);

    /// <inheritdoc/>
    public IEnumerable<ModelGraph> Graphs(AssimilationContext context) => [new CycleGraph(this, context)];

    /// <summary>Every cycle network, by name; the context is an <see cref="AssimilationContext"/>.</summary>
    public static Catalog<CycleNetwork> Catalog { get; } = new("cycle network", typeof(AssimilationContext));
}
