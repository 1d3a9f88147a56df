namespace Coda.Inference.Forecasting;

/// <summary>A map of states in double precision: the model M, or the observation operator H. Not thread-safe: one for each worker.</summary>
public interface IStateMap : IDisposable
{
    /// <summary>The length of what goes in.</summary>
    int InputSize { get; }

    /// <summary>The length of what comes out.</summary>
    int OutputSize { get; }

    /// <summary>Maps states.</summary>
    /// <param name="states">The states. [batch, input]</param>
    /// <param name="values">Takes the values; it may be the states' own memory. [batch, output]</param>
    /// <param name="count">The number of states.</param>
    /// <param name="forcing">The forcing over the step, at its start and its end, where the map has forcing; one for all states will do. [batch, 2,
    /// channel]</param>
    void Apply(ReadOnlySpan<double> states, Span<double> values, int count, ReadOnlySpan<double> forcing = default);
}
