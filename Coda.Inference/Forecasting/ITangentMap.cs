namespace Coda.Inference.Forecasting;

/// <summary>A map of states with its derivative. Not thread-safe: one for each worker.</summary>
public interface ITangentMap : IStateMap
{
    /// <summary>Maps states, and every perturbation through the derivative at every state.</summary>
    /// <param name="states">The states. [batch, input]</param>
    /// <param name="perturbations">The perturbations, the same for every state. [member, input]</param>
    /// <param name="values">Takes the values. [batch, output]</param>
    /// <param name="derivatives">Takes the derivatives along the perturbations. [batch, member, output]</param>
    /// <param name="count">The number of states.</param>
    /// <param name="forcing">The forcing over the step, at its start and its end, where the map has forcing; one for all states will do. [batch, 2,
    /// channel]</param>
    void Push(
        ReadOnlySpan<double> states, ReadOnlySpan<double> perturbations, Span<double> values, Span<double> derivatives, int count,
        ReadOnlySpan<double> forcing = default);
}
