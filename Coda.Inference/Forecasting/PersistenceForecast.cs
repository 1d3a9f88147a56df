namespace Coda.Inference.Forecasting;

/// <summary>The forecast that nothing changes: x_{k+1} = x_k.</summary>
/// <param name="stateSize">The length of one state.</param>
/// <param name="stepLength">The time step dt.</param>
public sealed class PersistenceForecast(int stateSize, double stepLength) : IForecastModel
{
    /// <inheritdoc/>
    public string Name => "persistence";

    /// <inheritdoc/>
    public int StateSize => stateSize;

    /// <inheritdoc/>
    public double StepLength => stepLength;

    /// <inheritdoc/>
    public void Advance(ReadOnlySpan<float> states, Span<float> next, int batch)
    {
        BatchShape.Require(this, states, next, batch);
        states.CopyTo(next);
    }
}
