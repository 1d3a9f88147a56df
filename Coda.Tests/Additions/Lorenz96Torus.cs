using Coda.Data.Algebra;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;

namespace Coda.Tests.Additions;

/// <summary>Lorenz-96 along both axes of a torus: dx_{j,i}/dt = (x_{j,i+1} - x_{j,i-2}) x_{j,i-1} + (x_{j+1,i} - x_{j-2,i}) x_{j-1,i} - x_{j,i} + F.</summary>
/// <remarks>After Lorenz (1996), eq. 1, whose quadratic part conserves energy along each axis by itself. Dimensionless. F can be trained.</remarks>
public sealed class Lorenz96Torus : DynamicalSystem
{
    private readonly Options _options;

    public Lorenz96Torus(Options options)
    {
        new Faults("lorenz96-torus")
            .Require(options.Rows >= 4 && options.Columns >= 4, "size", "at least 4 x 4", $"{options.Rows} x {options.Columns}")
            .Require(double.IsFinite(options.Forcing), nameof(options.Forcing), "a finite number", options.Forcing)
            .ThrowIfAny();
        _options = options;
        Layout = StateLayout.On(new Torus(options.Rows, options.Columns));
        Parameters = [new("F", options.Forcing, 0, 30)];
    }

    public override StateLayout Layout { get; }

    public override IReadOnlyList<ParameterDefinition> Parameters { get; }

    public override Field<T> Tendency<T>(Field<T> x, ParameterValues<T> p)
    {
        var torus = x.SplitLast(_options.Columns); // [..., ny, nx]
        return (Advection(torus, -1) + Advection(torus, -2)).MergeLast() - x + p["F"];
    }

    private static Field<T> Advection<T>(Field<T> x, int axis) => (x.Roll(axis, -1) - x.Roll(axis, 2)) * x.Roll(axis, 1);

    public override double[] ReferenceState()
    {
        double[] state = [.. Enumerable.Repeat(_options.Forcing, Layout.Size)];
        state[Layout.Size / 2] += 0.01;
        return state;
    }

    public sealed record Options
    {
        public int Rows { get; init; } = 6;

        public int Columns { get; init; } = 8;

        public double Forcing { get; init; } = 8;
    }
}
