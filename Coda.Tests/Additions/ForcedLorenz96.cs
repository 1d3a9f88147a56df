using Coda.Data.Algebra;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;

namespace Coda.Tests.Additions;

/// <summary>Lorenz-96 with a forcing that varies with time: dx_k/dt = (x_{k+1} - x_{k-2}) x_{k-1} - x_k + a F(t).</summary>
public sealed class ForcedLorenz96 : DynamicalSystem
{
    private readonly Options _options;

    public ForcedLorenz96(Options options)
    {
        new Faults("forced-lorenz96").Require(options.Size >= 4, nameof(options.Size), "at least 4", options.Size).ThrowIfAny();
        _options = options;
        Layout = StateLayout.On(new Ring(options.Size));
        Parameters = [new("a", options.Gain, 0, 10)];
    }

    public override StateLayout Layout { get; }

    public override IReadOnlyList<ParameterDefinition> Parameters { get; }

    public override IReadOnlyList<ForcingDefinition> Forcing { get; } = [new("F")];

    public override Field<T> Tendency<T>(Field<T> x, ParameterValues<T> p) => (x.Roll(-1) - x.Roll(2)) * x.Roll(1) - x + p["a"] * p["F"];

    public override double[] ReferenceState() => [.. Enumerable.Range(0, _options.Size).Select(k => k == 0 ? 8.01 : 8.0)];

    public sealed record Options
    {
        public int Size { get; init; } = 8;

        public double Gain { get; init; } = 1;
    }
}
