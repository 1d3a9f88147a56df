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
}
