using Coda.Data.Algebra;
using Coda.Data.Dynamics;

namespace Coda.Tests.Readme;

/// <summary>Rössler (1976): dx/dt = -y - z, dy/dt = x + a y, dz/dt = b + z (x - c).</summary>
public sealed class Roessler(Roessler.Options options) : DynamicalSystem
{
    public override StateLayout Layout { get; } = new([new("x", 1, Topology.Components), new("y", 1, Topology.Components), new("z", 1, Topology.Components)]);

    public override IReadOnlyList<ParameterDefinition> Parameters { get; } = [new("a", options.A), new("b", options.B), new("c", options.C)];

    public override T Tendency<T>(IAlgebra<T> ops, T state, ParameterValues<T> parameters)
    {
        var (x, y, z) = (ops.Slice(state, -1, 0, 1), ops.Slice(state, -1, 1, 1), ops.Slice(state, -1, 2, 1));
        return ops.Concat(
            -1,
            ops.Scale(ops.Add(y, z), -1),
            ops.Add(x, ops.Multiply(parameters["a"], y)),
            ops.Add(parameters["b"], ops.Multiply(z, ops.Subtract(x, parameters["c"]))));
    }

    public override double[] ReferenceState() => [1, 1, 0];

    public sealed record Options
    {
        public double A { get; init; } = 0.2;

        public double B { get; init; } = 0.2;

        public double C { get; init; } = 5.7;
    }
}
