using System.Numerics.Tensors;
using Coda.Data.Dynamics;
using Coda.Inference.Forecasting;

namespace Coda.Tests.Additions;

/// <summary>A forecast model from outside: what is there decays, dx/dt = -r x.</summary>
public sealed class DecayModel(ForecastContext context, DecayModel.Options options) : ForecastModel
{
    public override string Description => FormattableString.Invariant($"decay at {options.Rate}");

    public override StateLayout Layout => context.Layout;

    public override double StepLength => context.Archive.StepLength * options.StepFactor;

    public override void Advance(ReadOnlySpan<float> states, Span<float> next, int batch) =>
        TensorPrimitives.Multiply(states, (float)Math.Exp(-options.Rate * StepLength), next);

    /// <summary>The rate, and the step in steps of the archive.</summary>
    public sealed record Options
    {
        public double Rate { get; init; } = 1;

        public double StepFactor { get; init; } = 1;
    }
}
