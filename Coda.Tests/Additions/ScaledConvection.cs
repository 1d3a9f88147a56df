using Coda.Data.Algebra;
using Coda.Data.Dynamics;

namespace Coda.Tests.Additions;

/// <summary>The convection of Lorenz (1963) with z in a unit of its own: z is <see cref="Options.Scale"/> times as large a number.</summary>
public sealed class ScaledConvection(ScaledConvection.Options options) : DynamicalSystem
{
    public override StateLayout Layout { get; } = StateLayout.Of("x", "y", "z");

    public override IReadOnlyList<ParameterDefinition> Parameters { get; } = [new("sigma", 10), new("rho", 28), new("beta", 8.0 / 3)];

    public override Field<T> Tendency<T>(Field<T> state, ParameterValues<T> p)
    {
        var (x, y, z) = (state.Slice(0, 1), state.Slice(1, 1), state.Slice(2, 1) / options.Scale);
        return Field<T>.Concat(-1, p["sigma"] * (y - x), x * (p["rho"] - z) - y, (x * y - p["beta"] * z) * options.Scale);
    }

    public override double[] ReferenceState() => [1.509, -1.531, 25.46 * options.Scale];

    public sealed record Options
    {
        public double Scale { get; init; } = 1;
    }
}
