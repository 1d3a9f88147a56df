using Coda.Data.Algebra;
using Coda.Data.Dynamics;

namespace Coda.Training.Networks;

/// <summary>A simulator with trained parameters, and the correction where there is one, whose weights are its own.</summary>
/// <param name="simulator">The simulator.</param>
/// <param name="parameters">The values of all of its parameters.</param>
/// <param name="correction">The correction; <see langword="null"/> for none.</param>
internal sealed class Hybrid(Simulator simulator, IReadOnlyDictionary<string, double> parameters, Correction? correction) : ITrainable, IForwardStep
{
    /// <inheritdoc/>
    public IReadOnlyList<WeightDefinition> WeightDefinitions => correction?.WeightDefinitions ?? [];

    /// <inheritdoc/>
    public int Channels => simulator.System.Forcing.Sum(u => u.Size);

    /// <inheritdoc/>
    public IEnumerable<ModelGraph> Graphs(AssimilationContext context) => ForwardGraphs.Of(this, context);

    /// <inheritdoc/>
    public T Advance<T>(IAlgebra<T> ops, T state, T? forcing, Weights<T> weights) => simulator.Advance(
        ops, state, ParameterValues<T>.Constants(ops, parameters).Forced(simulator.System.Forcing, forcing!),
        correction is null ? null : x => correction.Evaluate(weights, x));
}
