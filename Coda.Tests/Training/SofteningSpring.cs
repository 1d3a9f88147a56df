using Coda.Data.Algebra;
using Coda.Data.Dynamics;

namespace Coda.Tests.Training;

/// <summary>dx/dt = v, dv/dt = -x + r x³: beyond 1/√r nothing holds x back, and it is infinite within a time of about 1/√r, whatever the step.</summary>
public sealed class SofteningSpring(SofteningSpring.Options options) : DynamicalSystem
{
    public override StateLayout Layout { get; } = StateLayout.Of("x", "v");

    public override IReadOnlyList<ParameterDefinition> Parameters { get; } = [new("r", options.R)];

    public override Field<T> Tendency<T>(Field<T> state, ParameterValues<T> p)
    {
        var (x, v) = (state.Slice(0, 1), state.Slice(1, 1));
        return Field<T>.Concat(-1, v, p["r"] * x * x * x - x);
    }

    public override double[] ReferenceState() => [1, 0];

    public sealed record Options
    {
        public double R { get; init; } = 1e-3;
    }
}
