using Coda.Data.Algebra;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;

namespace Coda.Tests.Additions;

/// <summary>A ring that is nobody's but a user's: dx_i/dt = (x_{i+1} - x_{i-2}) x_{i-1} - d x_i + F.</summary>
public sealed class DampedLorenz96(DampedLorenz96.Options options) : DynamicalSystem
{
    public override StateLayout Layout { get; } = StateLayout.On(new Ring(options.Size), "x");

    public override IReadOnlyList<ParameterDefinition> Parameters { get; } = [new("F", options.Forcing, 0, 20), new("d", options.Damping, 0.1, 10)];

    public override IReadOnlyList<int> SymmetricAxes => [0];

    public override Field<T> Tendency<T>(Field<T> x, ParameterValues<T> p) =>
        (x.Roll(-1) - x.Roll(2)) * x.Roll(1) - p["d"] * x + p["F"];

    public override double[] ReferenceState() => [.. Enumerable.Range(0, Layout.Size).Select(i => i == 0 ? 8.1 : 8)];

    public sealed record Options
    {
        public int Size { get; init; } = 8;

        public double Forcing { get; init; } = 9;

        public double Damping { get; init; } = 1.1;
    }
}
