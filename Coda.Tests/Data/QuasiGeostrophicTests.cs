using Coda.Data.Algebra;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;

namespace Coda.Tests.Data;

/// <summary>The flow in a box has walls, waves that decay as they must, and an advection that makes neither energy nor enstrophy.</summary>
[TestClass]
public sealed class QuasiGeostrophicTests
{
    private const int Size = 17;
    private const double Spacing = 1.0 / (Size - 1);

    [TestMethod]
    public void NothingMovesAtTheWallsAndWhatLiesThereIsIgnored()
    {
        var (system, state) = (new QuasiGeostrophic(new() { Size = Size }), Drawn());
        double[] onWalls = [.. state.Select((value, i) => IsWall(i) ? 5 : value)];
        var change = Tendency(system, state);
        CollectionAssert.AreEqual(change, Tendency(system, onWalls));
        Assert.IsTrue(change.Index().All(c => !IsWall(c.Index) || c.Item == 0));
        Assert.IsTrue(system.ReferenceState().Index().All(c => !IsWall(c.Index) || c.Item == 0));
    }

    [TestMethod]
    public void AdvectionMakesNeitherEnergyNorEnstrophy()
    {
        var state = Drawn();
        var calm = Tendency(new QuasiGeostrophic(new() { Size = Size, Rossby = 0 }), state);
        var moved = Tendency(new QuasiGeostrophic(new() { Size = Size, Rossby = 1e-2 }), state);
        double[] advection = [.. moved.Zip(calm, (a, b) => a - b)]; // of psi
        var vorticity = Laplacian(state);
        double[] ofVorticity = [.. Laplacian(advection).Zip(advection, (laplacian, a) => laplacian - (1600 * a))];
        var scale = ofVorticity.Sum(Math.Abs);
        Assert.IsGreaterThan(1, scale);
        Assert.AreEqual(0, ofVorticity.Zip(state, (a, b) => a * b).Sum() / (scale * state.Max(Math.Abs)), 1e-13);
        Assert.AreEqual(0, ofVorticity.Zip(vorticity, (a, b) => a * b).Sum() / (scale * vorticity.Max(Math.Abs)), 1e-13);
    }

    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(3, 2)]
    public void AWaveDecaysAtItsRate(int ky, int kx)
    {
        var options = new QuasiGeostrophic.Options { Size = Size, Rossby = 0, Wind = 0, BottomFriction = 1e-3, Viscosity = 1e-5, Biharmonic = 1e-8 };
        double[] wave = [.. Enumerable.Range(0, Size * Size).Select(i =>
            Math.Sin(Math.PI * ky * (i / Size) * Spacing) * Math.Sin(Math.PI * kx * (i % Size) * Spacing))];
        var change = Tendency(new QuasiGeostrophic(options), wave);
        double Squared(int k) => Math.Pow(2 / Spacing * Math.Sin(Math.PI * k * Spacing / 2), 2);
        var k2 = Squared(ky) + Squared(kx);
        var rate = -k2 * (options.BottomFriction + (options.Viscosity * k2) + (options.Biharmonic * k2 * k2)) / (k2 + options.Froude);
        Assert.AreEqual(rate, change.Zip(wave, (a, b) => a * b).Sum() / wave.Sum(w => w * w), 1e-10 * Math.Abs(rate));
    }

    [TestMethod]
    public void WavesGoWest()
    {
        // q_t = -psi_x: along a row of a box, psi rises to the west of a crest and falls to its east.
        var options = new QuasiGeostrophic.Options { Size = 33, Rossby = 0, Wind = 0, Biharmonic = 0 };
        double[] crest = [.. Enumerable.Range(0, 33 * 33).Select(i => Math.Exp(-((Math.Pow((i / 33) - 16, 2) + Math.Pow((i % 33) - 16, 2)) / 8)))];
        var change = Tendency(new QuasiGeostrophic(options), crest);
        Assert.IsGreaterThan(0, change[(16 * 33) + 13]);
        Assert.IsLessThan(0, change[(16 * 33) + 19]);
    }

    [TestMethod]
    public void TheWindTurnsTheBasinAsPublished()
    {
        var change = Tendency(new QuasiGeostrophic(new() { Size = Size }), new double[Size * Size]);
        Assert.IsGreaterThan(0, change[(4 * Size) + 8]);  // -(∇² - F)⁻¹ turns the wind's -sin(2π y) around
        Assert.IsLessThan(0, change[(12 * Size) + 8]);
    }

    [TestMethod]
    public void FaultyOptionsAreNamedAtOnce()
    {
        var fault = Assert.ThrowsExactly<ArgumentException>(() => new QuasiGeostrophic(new() { Size = 3, Biharmonic = -1 }));
        Assert.Contains("size", fault.Message.ToLowerInvariant());
        Assert.Contains("biharmonic", fault.Message.ToLowerInvariant());
    }

    private static double[] Drawn()
    {
        var random = new CounterRandom(5);
        return [.. Enumerable.Range(0, Size * Size).Select(i => IsWall(i) ? 0 : random.NextGaussian())];
    }

    private static bool IsWall(int i) => i / Size is 0 or Size - 1 || i % Size is 0 or Size - 1;

    private static double[] Tendency(DynamicalSystem system, double[] state)
    {
        var ops = new BufferAlgebra<double>();
        return system.Tendency(ops.Field(ops.From(state, state.Length)), ParameterValues<NdArray<double>>.Constants(ops, system.ParameterNumbers))
            .Value.Span.ToArray();
    }

    private static double[] Laplacian(double[] a) => [.. Enumerable.Range(0, a.Length).Select(i => IsWall(i)
        ? 0 : (a[i - 1] + a[i + 1] + a[i - Size] + a[i + Size] - (4 * a[i])) / (Spacing * Spacing))];
}
