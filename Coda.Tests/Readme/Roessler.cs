using Coda.Data.Algebra;
using Coda.Data.Dynamics;

namespace Coda.Tests.Readme;

/// <summary>Rössler (1976): dx/dt = -y - z, dy/dt = x + a y, dz/dt = b + z (x - c).</summary>
public sealed class Roessler(Roessler.Options options) : DynamicalSystem
{
    public override StateLayout Layout { get; } = StateLayout.Of("x", "y", "z");

    public override IReadOnlyList<ParameterDefinition> Parameters { get; } = [new("a", options.A), new("b", options.B), new("c", options.C)];

    public override Field<T> Tendency<T>(Field<T> state, ParameterValues<T> p)
    {
        var (x, y, z) = (state.Slice(0, 1), state.Slice(1, 1), state.Slice(2, 1));
        return Field<T>.Concat(-1, -(y + z), x + p["a"] * y, p["b"] + z * (x - p["c"]));
    }

    public override double[] ReferenceState() => [1, 1, 0];

    public sealed record Options
    {
        public double A { get; init; } = 0.2;

        public double B { get; init; } = 0.2;

        public double C { get; init; } = 5.7;
    }
}
