using Coda.Data.Algebra;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Tests.Interpretations;

namespace Coda.Tests.Data;

/// <summary>What every integrator of the catalogue must do.</summary>
[TestClass]
public sealed class IntegratorConformanceTests
{
    private static readonly DynamicalSystem System = new Lorenz96(new Lorenz96.Options { Size = 8 });

    public static IEnumerable<object[]> Names => Integrator.Catalog.Names.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void TheErrorShrinksWithTheDeclaredOrder(string name)
    {
        var integrator = Make(name);
        var start = ModerateStates.Of(System, 2);
        var fine = Run(new RungeKutta4(new RungeKutta4.Options()), start, 4096);
        double Error(int steps) => Agree.Norm(Run(integrator, start, steps).Plus(-1, fine));
        foreach (var steps in new[] { 16, 32 })
        {
            var order = Math.Log2(Error(steps) / Error(2 * steps));
            Assert.IsTrue(Math.Abs(order - integrator.Order) < 0.3, $"expected order {integrator.Order}, got {order} from {steps} to {2 * steps} steps");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void ExponentialGrowthIsItsTaylorPolynomial(string name)
    {
        // dx/dt = x: a scheme of order p matches e^dt to dt^p, and one step of 0.1 errs by about dt^(p+1) / (p+1)!.
        var integrator = Make(name);
        var ops = new BufferAlgebra<double>();
        var next = integrator.Advance((x, _) => x, ops.Field(ops.Constant(1.0)), 0.1).Value.Span[0];
        var bound = 2 * Math.Pow(0.1, integrator.Order + 1);
        Assert.IsTrue(Math.Abs(next - Math.Exp(0.1)) < bound, $"got {next}");
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void AllAlgebrasAgree(string name) =>
        Agree.OverAlgebras(1e-4, new ForecastFormula(new Simulator(System, Make(name), 0.01), 20), ModerateStates.WithParameters(System, 3));

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void TangentLinearModelAndAdjointAreThoseOfTheScheme(string name) =>
        Agree.TangentAndAdjoint(new ForecastFormula(new Simulator(System, Make(name), 0.01), 3), ModerateStates.WithParameters(System, 2), ["state"]);

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void AStateAtRestStays(string name)
    {
        var ops = new BufferAlgebra<double>();
        var state = ops.Constant([1.0, 2.0, 3.0]);
        Agree.Within(0, state.Span.ToArray(), Make(name).Advance((x, _) => x * 0, ops.Field(state), 0.1).Value.Span.ToArray(), "state");
    }

    [TestMethod]
    [DataRow(0.0)]
    [DataRow(-0.1)]
    [DataRow(double.NaN)]
    [DataRow(double.PositiveInfinity)]
    public void ASimulatorRefusesAStepLengthThatIsNone(double stepLength)
    {
        var fault = Assert.ThrowsExactly<ArgumentException>(() => new Simulator(System, Make("runge-kutta4"), stepLength));
        StringAssert.Contains(fault.Message, "expected a finite number greater than 0");
    }

    [TestMethod]
    public void ACorrectionIsAddedToTheTendency()
    {
        var (ops, simulator) = (new BufferAlgebra<double>(), ModerateStates.Simulate(System));
        NdArray<double> Advance(double forcing, double missing) => simulator.Advance(
            ops, ops.From(System.ReferenceState(), 8), ParameterValues<NdArray<double>>.Constants(ops, new Dictionary<string, double> { ["F"] = forcing }),
            x => x * 0 + missing);
        Agree.Within(1e-14, Advance(8, 0).Span.ToArray(), Advance(6.5, 1.5).Span.ToArray(), "a forcing made up for by the correction");
    }

    private static Integrator Make(string name) => Integrator.Catalog.Create(new Component(name));

    private static Operand Run(Integrator integrator, Operand start, int steps) => Interpret.OnBuffers<double>(
        new ForecastFormula(new Simulator(System, integrator, 0.4 / steps), steps),
            new Dictionary<string, Operand> { ["state"] = start, ["F"] = Operand.Scalar(8) });
}
