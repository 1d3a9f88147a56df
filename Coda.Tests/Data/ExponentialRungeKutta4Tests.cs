using Coda.Data.Algebra;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Twins;
using Coda.Inference.Forecasting;
using Coda.Tests.Inference;
using Coda.Tests.Interpretations;

namespace Coda.Tests.Data;

/// <summary>The exponential scheme on systems that declare a linear part.</summary>
[TestClass]
public sealed class ExponentialRungeKutta4Tests
{
    private const double StepLength = 0.25;

    private static readonly KuramotoSivashinsky System = new(new() { Size = 32, Length = 8 * Math.PI });

    private static readonly ExponentialRungeKutta4 Scheme = new(new());

    [TestMethod]
    public void SmallWavesGrowAndDecayExactly()
    {
        // k = m / 4: u_t = (k² - k⁴) u but for terms of second order. With Runge-Kutta 4 the step would be far too long for the shortest.
        foreach (var m in new[] { 1, 3, 8, 15 })
        {
            double[] wave = [.. Enumerable.Range(0, 32).Select(i => 1e-9 * Math.Cos(2 * Math.PI * m * i / 32))];
            var (k, end) = (m / 4.0, Run(new Simulator(System, Scheme, StepLength), wave, 8));
            var factor = Math.Exp(2 * ((k * k) - (k * k * k * k)));
            Agree.Within(1e-9 * 1e-7, [.. wave.Select(u => factor * u)], end, $"wave {m}");
        }
    }

    [TestMethod]
    public void OneLongStepIsManyShortOnesOfRungeKutta()
    {
        var start = ModerateStates.Of(System, 1).Values;
        var fine = Run(new Simulator(System, new RungeKutta4(new()), StepLength / 256), start, 256);
        Agree.Within(5e-4, fine, Run(new Simulator(System, Scheme, StepLength), start, 1), "state");
    }

    [TestMethod]
    public void WhatAParameterAddsToTheLinearPartCounts()
    {
        var start = ModerateStates.Of(System, 1).Values;
        var declared = new KuramotoSivashinsky(new() { Size = 32, Length = 8 * Math.PI, Viscosity = 1.2 });
        var expected = Run(new Simulator(declared, Scheme, 0.05), start, 20);
        Agree.Within(1e-5, expected, Run(new Simulator(System, Scheme, 0.05), start, 20, 1.2), "nu = 1.2 beside a linear part of 1");
        var unmoved = Run(new Simulator(System, Scheme, 0.05), start, 20);
        Assert.IsGreaterThan(1e-2, expected.Zip(unmoved, (a, b) => Math.Abs(a - b)).Max());
    }

    [TestMethod]
    public void ACorrectionBelongsToTheRest()
    {
        var (ops, simulator) = (new BufferAlgebra<double>(), new Simulator(System, Scheme, StepLength));
        var start = ModerateStates.Of(System, 1).Values;
        var parameters = ParameterValues<NdArray<double>>.Constants(ops, System.ParameterNumbers);
        var moved = simulator.Advance(ops, ops.From(start, 1, 32), parameters, x => x * 0 + 0.5).Span.ToArray();
        // The mean is what the linear part leaves alone, and advection, too.
        Assert.AreEqual(start.Average() + (0.5 * StepLength), moved.Average(), 1e-12);
    }

    [TestMethod]
    public void ParametersThatJoinTheStateLeaveTheLinearPartInPlace()
    {
        var augmented = new AugmentedSystem(new() { System = new Component("kuramoto-sivashinsky") });
        var system = DynamicalSystem.Catalog.Create(new Component("kuramoto-sivashinsky"));
        var start = ModerateStates.Of(system, 1).Values;
        var expected = Run(new Simulator(system, Scheme, 0.5), start, 4);
        Agree.Within(1e-12, [.. expected, 1], Run(new Simulator(augmented, Scheme, 0.5), [.. start, 1], 4), "state and nu");
    }

    [TestMethod]
    public void AllAlgebrasAgree()
    {
        Agree.OverAlgebras(1e-4, new ForecastFormula(new Simulator(System, Scheme, StepLength), 8), ModerateStates.WithParameters(System, 3));
        Agree.OverAlgebras(1e-4, new ForecastFormula(new Simulator(Flow(), Scheme, 0.05), 8), ModerateStates.WithParameters(Flow(), 3));
    }

    [TestMethod]
    public void TangentLinearModelAndAdjointAreThoseOfTheScheme()
    {
        Agree.TangentAndAdjoint(new ForecastFormula(new Simulator(System, Scheme, StepLength), 2), ModerateStates.WithParameters(System, 2), ["state", "nu"]);
        Agree.TangentAndAdjoint(new ForecastFormula(new Simulator(Flow(), Scheme, 0.05), 2), ModerateStates.WithParameters(Flow(), 2), ["state"]);
    }

    [TestMethod]
    public void ASchemePreparedForOneStepRefusesAnother()
    {
        var ops = new BufferAlgebra<double>();
        var fault = Assert.ThrowsExactly<ArgumentException>(
            () => Scheme.Prepare(System, 0.5).Advance((x, _) => x, ops.Field(ops.From(System.ReferenceState(), 32)), 0.25));
        StringAssert.Contains(fault.Message, "Expected the time step 0.5 that the scheme was prepared for, got 0.25");
    }

    [TestMethod]
    public void ALinearPartIsCheckedWhereItIsDeclared()
    {
        var basis = new FourierBasis(4, 1).Matrix;
        var fault = Assert.ThrowsExactly<ArgumentException>(() => new LinearPart([basis], [1, double.NaN, 3, 4]));
        StringAssert.Contains(fault.Message, "expected 4 finite numbers");
        fault = Assert.ThrowsExactly<ArgumentException>(() => new LinearPart([basis, basis, basis], new double[64]));
        StringAssert.Contains(fault.Message, "one square matrix for each of one or two axes");
    }

    [TestMethod]
    [DataRow(7)]
    [DataRow(12)]
    public void AFourierBasisIsOrthonormalAndItsDerivativeThatOfItsWaves(int n)
    {
        var (basis, ops, length) = (new FourierBasis(n, 3), new BufferAlgebra<double>(), 3.0);
        double[] wave = [.. Enumerable.Range(0, n).Select(i => Math.Sin(2 * Math.PI * 2 * i / n))];
        var x = ops.Field(ops.Constant(wave));
        Agree.Within(1e-13, wave, x.MatrixProduct(basis.Matrix, -1).MatrixProduct(basis.Matrix.Transposed, -1).Value.Span.ToArray(), "there and back");
        Agree.Within(
            1e-12, [.. Enumerable.Range(0, n).Select(i => 2 * Math.PI * 2 / length * Math.Cos(2 * Math.PI * 2 * i / n))],
            x.MatrixProduct(basis.Derivative, -1).Value.Span.ToArray(), "derivative");
    }

    private static KolmogorovFlow Flow() => new(new() { Size = 8, ForceWaves = 2 });

    private static double[] Run(Simulator simulator, double[] start, int steps, double? viscosity = null)
    {
        var ops = new BufferAlgebra<double>();
        var (state, numbers) = (ops.From(start, 1, start.Length), simulator.System.ParameterNumbers.ToDictionary());
        if (viscosity is { } nu)
        {
            numbers["nu"] = nu;
        }

        for (var step = 0; step < steps; step++)
        {
            state = simulator.Advance(ops, state, ParameterValues<NdArray<double>>.Constants(ops, numbers));
        }

        return state.Span.ToArray();
    }

    [TestMethod]
    public void WhereNoSchemeIsNamedOneIsTakenThatIsStable()
    {
        var stiff = new KuramotoSivashinsky(new());
        Assert.IsInstanceOfType<ExponentialRungeKutta4>(Simulator.UsualIntegrator(stiff, 0.5));
        Assert.IsInstanceOfType<RungeKutta4>(Simulator.UsualIntegrator(stiff, 0.001));
        Assert.IsInstanceOfType<RungeKutta4>(Simulator.UsualIntegrator(new Lorenz96(new()), 0.5));
        var twin = new TwinExperiment
        {
            System = new Component("kuramoto-sivashinsky"), Integrator = new Component("exponential-runge-kutta4"), StepLength = 0.5, StepCount = 4,
            SpinUpSteps = 10, TrajectoryCount = 1,
        };
        var archive = twin.Archive();
        Assert.AreEqual(0.5, new SimulatorModel(new ForecastContext(archive.Description), new()).StepLength);
    }
}
