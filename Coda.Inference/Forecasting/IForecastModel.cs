namespace Coda.Inference.Forecasting;

/// <summary>Advances a batch of states by one step: a trained hybrid model, a bare simulator, persistence.</summary>
/// <remarks>Safe for use from several threads.</remarks>
public interface IForecastModel
{
    /// <summary>The model's name in tables.</summary>
    string Name { get; }

    /// <summary>The length of one state.</summary>
    int StateSize { get; }

    /// <summary>The time step dt.</summary>
    double StepLength { get; }

    /// <summary>Advances states by one step.</summary>
    /// <param name="states">The states x_k. [batch, space]</param>
    /// <param name="next">Takes the states x_{k+1}; not the same memory. [batch, space]</param>
    /// <param name="batch">The number of states, at least 1.</param>
    /// <exception cref="ArgumentException">A span's length is not batch · <see cref="StateSize"/>.</exception>
    void Advance(ReadOnlySpan<float> states, Span<float> next, int batch);

    /// <summary>Advances states by several steps, of which only the last is kept; what <see cref="Advance(ReadOnlySpan{float}, Span{float}, int)"/> gives, again and again.</summary>
    /// <param name="states">The states x_k. [batch, space]</param>
    /// <param name="next">Takes the states x_{k+n}; not the same memory. [batch, space]</param>
    /// <param name="batch">The number of states, at least 1.</param>
    /// <param name="steps">The number of steps n, at least 1.</param>
    /// <exception cref="ArgumentException">A span's length is not batch · <see cref="StateSize"/>, or there is no step.</exception>
    void Advance(ReadOnlySpan<float> states, Span<float> next, int batch, int steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        Advance(states, next, batch);
        var last = steps > 1 ? new float[next.Length] : [];
        for (var step = 1; step < steps; step++)
        {
            next.CopyTo(last);
            Advance(last, next, batch);
        }
    }
}
