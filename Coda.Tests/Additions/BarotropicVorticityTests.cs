using Coda.Data.Algebra;
using Coda.Data.Dynamics;
using Coda.Tests.Data;
using Coda.Tests.Interpretations;

namespace Coda.Tests.Additions;

/// <summary>Flow on a torus, one file outside the product: the conformance tests of systems examine it, and here its physics.</summary>
[TestClass]
public sealed class BarotropicVorticityTests
{
    private static readonly BarotropicVorticity System = new(new BarotropicVorticity.Options());

    [TestMethod]
    public void WithoutForcesVorticityEnstrophyAndEnergyStay()
    {
        var free = new BarotropicVorticity(new() { Viscosity = 0, Drag = 0, Forcing = 0 });
        var states = ModerateStates.Of(System, 2);
        var ops = new BufferAlgebra<double>();
        var vorticity = ops.Field(ops.From(states.Values, states.Shape));
        var parameters = ParameterValues<NdArray<double>>.Constants(ops, free.ParameterNumbers);
        var tendency = free.Tendency(vorticity, parameters);
        foreach (var row in Enumerable.Range(0, 2))
        {
            Assert.AreEqual(0, tendency.Sum(-1).Value.Span[row], 1e-11, "vorticity");
            Assert.AreEqual(0, (vorticity * tendency).Sum(-1).Value.Span[row], 1e-11, "enstrophy");
            Assert.AreEqual(0, (free.StreamFunction(vorticity) * tendency).Sum(-1).Value.Span[row], 1e-11, "energy");
        }
    }

    [TestMethod]
    public void AWaveAloneDecaysByViscosityAndDrag()
    {
        const int n = 12;
        var ops = new BufferAlgebra<double>();
        double[] wave = [.. Enumerable.Range(0, n * n).Select(i => Math.Sin(2 * Math.PI * ((2 * (i % n)) + (i / n)) / n))]; // k = (2, 1), alone no advection
        var parameters = ParameterValues<NdArray<double>>.Constants(ops, new Dictionary<string, double> { ["r"] = 0.1, ["f"] = 0 });
        var tendency = System.Tendency(ops.Field(ops.Constant(wave)), parameters).Value.Span.ToArray();
        Agree.Within(1e-12, [.. wave.Select(w => -w * ((0.05 * 5) + 0.1))], tendency, "tendency");
    }
}
