using Coda.Data.Algebra;
using Coda.Data.Dynamics;

namespace Coda.Tests.Training;

/// <summary>dx/dt = -k x: at steps of more than 2.8/k no explicit scheme of order 4 is stable.</summary>
public sealed class Relaxation(Relaxation.Options options) : DynamicalSystem
{
    public override StateLayout Layout { get; } = StateLayout.Of("x");

    public override IReadOnlyList<ParameterDefinition> Parameters { get; } = [new("k", options.K)];

    public override Field<T> Tendency<T>(Field<T> x, ParameterValues<T> p) => -(p["k"] * x);

    public override double[] ReferenceState() => [1];

    public sealed record Options
    {
        public double K { get; init; } = 1;
    }
}
