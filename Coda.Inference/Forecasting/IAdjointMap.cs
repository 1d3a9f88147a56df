namespace Coda.Inference.Forecasting;

/// <summary>A map of states with the transpose of its derivative. Not thread-safe: one for each worker.</summary>
public interface IAdjointMap : IStateMap
{
    /// <summary>Maps states, and the gradient of any cost by their values back to its gradient by the states.</summary>
    /// <param name="states">The states. [batch, input]</param>
    /// <param name="sensitivities">The gradient by the values, one for each state. [batch, output]</param>
    /// <param name="values">Takes the values. [batch, output]</param>
    /// <param name="gradients">Takes the gradient by the states. [batch, input]</param>
    /// <param name="count">The number of states.</param>
    /// <param name="forcing">The forcing over the step, at its start and its end, where the map has forcing; one for all states will do. [batch, 2,
    /// channel]</param>
    void Pull(
        ReadOnlySpan<double> states, ReadOnlySpan<double> sensitivities, Span<double> values, Span<double> gradients, int count,
        ReadOnlySpan<double> forcing = default);

    /// <summary>Prepares the derivative at a state, where the map can: the same bits in less time, for memory.</summary>
    /// <param name="state">The state. [input]</param>
    /// <param name="forcing">The forcing over the step, as for <see cref="Pull"/>.</param>
    /// <returns>The derivative; nothing where the map has to compute the state's values with each.</returns>
    IStateDerivative? Linearize(ReadOnlySpan<double> state, ReadOnlySpan<double> forcing = default) => null;
}
