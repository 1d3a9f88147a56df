using Coda.Data.Algebra;
using Coda.Data.Dynamics;
using Coda.Tests.Interpretations;

namespace Coda.Tests.Data;

/// <summary>Waves and balance of rotating shallow water; what it conserves is examined with that of all systems.</summary>
[TestClass]
public sealed class ShallowWaterTests
{
    private const int N = 16;

    private static readonly ShallowWater.Options AtRest = new() { Size = N, EddySpeed = 0, Wind = 0, Drag = 0, Viscosity = 0, RotationSlope = 0 };

    [TestMethod]
    public void AnInertiaGravityWaveHasItsFrequency()
    {
        // ω² = f² cos²(k dx / 2) + g H (2 sin(k dx / 2) / dx)² of the C grid, along x.
        var (system, k) = (new ShallowWater(AtRest), 2 * Math.PI * 2 / N);
        var (slope, cosine) = (2 * Math.Sin(k / 2) / 100 * 3.6, Math.Cos(k / 2));
        var frequency = Math.Sqrt((0.36 * 0.36 * cosine * cosine) + (9.81 * 500 * slope * slope));
        var start = Field((_, x) => 1e-4 * Math.Cos(k * x), (_, _) => 0, (_, _) => 0);
        // Of the height, the part in geostrophic balance stays: the wave is the rest.
        var balanced = Math.Pow(0.36 * cosine / frequency, 2);
        var period = 2 * Math.PI / frequency;
        var half = Run(system, start, period / 400, 200);
        var expected = 1e-4 * (balanced - (1 - balanced));
        Assert.AreEqual(expected, half[0], 1e-4 * 1e-4);
        Assert.AreEqual(1e-4, Run(system, start, period / 400, 400)[0], 1e-4 * 1e-4);
    }

    [TestMethod]
    public void AZonalJetInBalanceStays()
    {
        // q V is 0, and h balances: f u = -g dh/dy on the C grid, where u and v average over each other.
        var (jet, slope) = (5.0, 2 * Math.PI / N);
        double U(double y) => jet * Math.Sin(slope * y);
        var height = new double[N + 1];
        var factor = 100 / (3.6 * 9.81);
        // (ζ + f) u averaged at v: q U with U = (H + h) u; solved row by row, since depth enters both sides.
        for (var y = 1; y <= N; y++)
        {
            var (before, h) = (height[y - 1], height[y - 1]);
            for (var pass = 0; pass < 50; pass++)
            {
                var zeta = -(U(y) - U(y - 1)) * 3.6 / 100;
                var flux = (((500 + h) * U(y)) + ((500 + before) * U(y - 1))) / 2;
                var q = (zeta + 0.36) / (500 + ((h + before) / 2));
                var kinetic = ((U(y) * U(y)) - (U(y - 1) * U(y - 1))) / 2;
                h = before - (q * flux * factor) - (kinetic / 9.81);
            }

            height[y] = h;
        }

        Assert.AreEqual(height[0], height[N], 0.05 * height.Max(Math.Abs), "It comes round, about.");
        var tendency = Tendency(new ShallowWater(AtRest), Field((y, _) => height[y], (y, _) => U(y), (_, _) => 0));
        Agree.Within(1e-12, new double[2 * N * N], tendency[..(2 * N * N)], "height and u");
        Agree.Within(1e-10, new double[(N - 1) * N], tendency[((2 * N * N) + N)..], "v, but where the rows meet");
    }

    [TestMethod]
    public void WindDragAndViscosityActAsTheyAreNamed()
    {
        var system = new ShallowWater(AtRest with { Wind = 0.2, Drag = 0.1, Viscosity = 50, Bands = 2, Rotation = 0 });
        var rest = Tendency(system, new double[3 * N * N]);
        Agree.Within(1e-13, Field((_, _) => 0, (y, _) => 0.2 * Math.Cos(2 * Math.PI * 2 * y / N), (_, _) => 0), rest, "wind");
        var shear = Field((_, _) => 0, (y, _) => Math.Sin(2 * Math.PI * y / N), (_, _) => 0);
        var decay = 0.1 + (50 * Math.Pow(2 * Math.Sin(Math.PI / N) / 100, 2));
        var moved = Tendency(system, shear).Zip(rest, (a, b) => a - b).ToArray();
        Agree.Within(1e-13, [.. shear[(N * N)..(2 * N * N)].Select(u => -decay * u)], moved[(N * N)..(2 * N * N)], "drag and viscosity");
    }

    [TestMethod]
    public void MassStaysInSinglePrecisionAndEnergyIsBounded()
    {
        var system = new ShallowWater(new() { Size = N });
        var (ops, simulator) = (new BufferAlgebra<float>(), new Simulator(system, new RungeKutta4(new()), 0.25));
        var state = ops.From(Array.ConvertAll(system.ReferenceState(), x => (float)x), 1, system.Layout.Size);
        var before = state.Span[..(N * N)].ToArray().Average(h => (double)h);
        for (var step = 0; step < 2000; step++)
        {
            state = simulator.Advance(ops, state, ParameterValues<NdArray<float>>.Constants(ops, system.ParameterNumbers));
            ops.Recycle(state);
        }

        Assert.AreEqual(before, state.Span[..(N * N)].ToArray().Average(h => (double)h), 1e-4, "metres");
        Assert.IsTrue(state.Span[(N * N)..].ToArray().Max(Math.Abs) is > 1 and < 60, "winds, m/s");
    }

    [TestMethod]
    public void OptionsOutOfRangeAreSaidAtOnce()
    {
        var fault = Assert.ThrowsExactly<ArgumentException>(() => new ShallowWater(new() { Size = 4, Depth = double.NaN, Drag = -1 }));
        foreach (var said in new[] { "8 to 4096", "1 to 100,000 m", "0 to 1 an hour" })
        {
            StringAssert.Contains(fault.Message, said);
        }
    }

    private static double[] Field(params Func<int, int, double>[] fields) =>
        [.. fields.SelectMany(field => Enumerable.Range(0, N * N).Select(i => field(i / N, i % N)))];

    private static double[] Tendency(ShallowWater system, double[] state)
    {
        var ops = new BufferAlgebra<double>();
        return system.Tendency(ops.Field(ops.Constant(state)), ParameterValues<NdArray<double>>.Constants(ops, system.ParameterNumbers)).Value.Span.ToArray();
    }

    private static double[] Run(ShallowWater system, double[] start, double dt, int steps)
    {
        var (ops, simulator) = (new BufferAlgebra<double>(), new Simulator(system, new RungeKutta4(new()), dt));
        var state = ops.Constant(start);
        for (var step = 0; step < steps; step++)
        {
            state = simulator.Advance(ops, state, ParameterValues<NdArray<double>>.Constants(ops, system.ParameterNumbers));
        }

        return state.Span.ToArray();
    }
}
