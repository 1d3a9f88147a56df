using Coda.Data.Algebra;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Tests.Cli;
using Coda.Tests.Archives;

namespace Coda.Tests.Additions;

/// <summary>A two-dimensional system, one file outside the product: the conformance tests examine it, and here its physics and a command.</summary>
[TestClass]
public sealed class SwiftHohenbergTests
{
    [TestMethod]
    public void WavesOfTheLengthOfConvectionGrowAndOthersDecay()
    {
        const int n = 12;
        var (system, ops) = (new SwiftHohenberg(new()), new BufferAlgebra<double>());
        foreach (var (m, rate) in new[] { (2, 0.5), (1, 0.5 - Math.Pow(0.75, 2)), (4, 0.5 - 9) }) // k = m / 2
        {
            double[] wave = [.. Enumerable.Range(0, n * n).Select(i => 1e-6 * Math.Cos(2 * Math.PI * m * (i / n) / n))];
            var parameters = ParameterValues<NdArray<double>>.Constants(ops, system.ParameterNumbers);
            var tendency = system.Tendency(ops.Field(ops.Constant(wave)), parameters).Value.Span[0];
            Assert.AreEqual(rate * 1e-6, tendency, 1e-15);
        }
    }

    [TestMethod]
    public void ItsStiffPartDoesNotBoundTheExponentialScheme()
    {
        var system = new SwiftHohenberg(new() { Size = 24 });
        Assert.IsLessThan(0.01, new Simulator(system, new RungeKutta4(new()), 1).LongestStep());
        using var folder = new TemporaryDirectory();
        CommandRun.InProcess(
            "simulate", "--system", "swift-hohenberg", "--integrator", "exponential-runge-kutta4", "--set", "system.size=24", "--step-length", "0.2",
            "--steps", "50", "--spin-up", "100", "--output", folder.File("patterns")).Succeeded();
    }
}
