using Coda.Data.Algebra;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Observations;

namespace Coda.Tests.Additions;

/// <summary>An observation operator from outside, in one file: gauges that saturate, H(x) = s tanh(x / s).</summary>
public sealed class SaturatingGauge : ObservationOperator
{
    private readonly double _scale;

    public SaturatingGauge(StateLayout layout, Options options)
    {
        new Faults("saturating-gauge").Require(options.Scale > 0, nameof(options.Scale), "greater than 0", options.Scale).ThrowIfAny();
        (_scale, Locations) = (options.Scale, [.. Enumerable.Range(0, layout.Size)]);
    }

    public override IReadOnlyList<int> Locations { get; }

    public override Field<T> Apply<T>(Field<T> x) => (x / _scale).Tanh() * _scale;

    public sealed record Options
    {
        public double Scale { get; init; } = 20;
    }
}
