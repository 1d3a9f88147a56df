using Coda.Data.Dynamics;

namespace Coda.Inference.Forecasting;

/// <summary>The forecast that nothing changes: x_{k+1} = x_k.</summary>
/// <param name="layout">The layout of the states.</param>
/// <param name="stepLength">The time step dt.</param>
public sealed class PersistenceModel(StateLayout layout, double stepLength) : ForecastModel
{
    /// <summary>Makes the model of the states that are there.</summary>
    /// <param name="context">The states' layout and step.</param>
    /// <param name="options">None.</param>
    public PersistenceModel(ForecastContext context, Options options)
        : this(context.Layout, context.Archive.StepLength) => ArgumentNullException.ThrowIfNull(options);

    /// <inheritdoc/>
    public override StateLayout Layout => layout;

    /// <inheritdoc/>
    public override double StepLength => stepLength;

    /// <inheritdoc/>
    public override void Advance(ReadOnlySpan<float> states, Span<float> next, int batch)
    {
        BatchShape.Require(this, states, next, batch);
        states.CopyTo(next);
    }

    /// <summary>None.</summary>
    public sealed record Options;
}
