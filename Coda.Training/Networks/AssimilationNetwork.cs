using Coda.Data.Foundation;
using Coda.Training.Algebra;

namespace Coda.Training.Networks;

/// <summary>The assimilation network g: a window of observations to the state at its centre, x̂_k = g(y_{k-a}, ..., y_{k+a}).</summary>
/// <remarks>
/// Zinchenko and Greenberg (2024), eq. 5. A subclass is one file: sealed, with a nested <c>Options</c> record and a constructor
/// (<see cref="AssimilationContext"/>, Options); written over the algebra, it trains on LibTorch and exports to ONNX. Immutable; safe to share.
/// </remarks>
public abstract class AssimilationNetwork : ITrainable
{
    /// <summary>The half-width a of the window: it spans 2a + 1 steps.</summary>
    public abstract int HalfWidth { get; }

    /// <inheritdoc/>
    public abstract IReadOnlyList<WeightDefinition> WeightDefinitions { get; }

    /// <summary>Whether the network also says how far off its analyses are (<see cref="NetworkAnalysis{T}.Spread"/>).</summary>
    public virtual bool HasSpread => false;

    /// <summary>Whether some training windows are blanked before or after their centre, so that one network serves the record's edges.</summary>
    public virtual bool IsBlanked => false;

    /// <summary>Whether the network reads the standard deviation of each observation's error, as a third channel; else its error is taken for that of
    /// training.</summary>
    public virtual bool ReadsSigma => false;

    /// <summary>The most sites along an axis of a grid that a state depends on, on each side, where the network is the same everywhere, so that a larger grid
    /// can be read in tiles; <see langword="null"/> where it is not, or nobody counted.</summary>
    public virtual int? Reach => null;

    /// <summary>The number of channels of its input: values, mask, and, where it reads errors, their standard deviations.</summary>
    public int InputChannels => ReadsSigma ? 3 : 2;

    /// <summary>Analyzes a batch of windows.</summary>
    /// <param name="ops">The algebra to compute in.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="window">Raw values (0 where missing), mask and, where it reads errors, standard deviations (0 where missing). [batch, channel, time,
    /// site]</param>
    /// <returns>The states at the windows' centres, and their spread where the network gives one. [batch, space]</returns>
    public abstract NetworkAnalysis<T> Analyze<T>(INetworkAlgebra<T> ops, Weights<T> weights, T window);

    /// <inheritdoc/>
    public virtual IEnumerable<ModelGraph> Graphs(AssimilationContext context)
    {
        yield return new AnalysisGraph(this, context, isStretch: false);
        if (this is IStretchNetwork)
        {
            yield return new AnalysisGraph(this, context, isStretch: true);
        }

        yield return new ImpactGraph(this, context);
    }

    /// <summary>Every assimilation network, by name; the context is an <see cref="AssimilationContext"/>.</summary>
    public static Catalog<AssimilationNetwork> Catalog { get; } = new("assimilation network", typeof(AssimilationContext));
}
