using Coda.Cli;
using Coda.Data.Algebra;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Twins;
using Coda.Tests.Archives;
using Coda.Tests.Cli;

namespace Coda.Tests.Data;

/// <summary>A time step at which the scheme is unstable is said at the start, with the longest that works.</summary>
[TestClass]
public sealed class StepLimitTests
{
    [TestMethod]
    [DataRow("kuramoto-sivashinsky", "runge-kutta4")]
    [DataRow("kuramoto-sivashinsky", "heun")]
    [DataRow("shallow-water", "runge-kutta4")]
    [DataRow("kolmogorov-flow", "runge-kutta4")]
    public void ALittleBelowTheLimitARunStaysFiniteAndAboveItDoesNot(string name, string integrator)
    {
        var (system, scheme) = (SmallSystem.Make(name), Integrator.Catalog.Create(new Component(integrator)));
        var longest = new Simulator(system, scheme, 1).LongestStep();
        Assert.IsTrue(IsFinite(new Simulator(system, scheme, 0.9 * longest)), $"at nine tenths of {longest:G3}");
        Assert.IsFalse(IsFinite(new Simulator(system, scheme, 1.4 * longest)), $"beyond {longest:G3}");
    }

    [TestMethod]
    public void DiffusionBoundsTheStepAsTheTheorySays()
    {
        // k⁴ - k² = 240 at the shortest wave, and Runge-Kutta 4 is stable to -2.785.
        var system = DynamicalSystem.Catalog.Create(new Component("kuramoto-sivashinsky"));
        Assert.AreEqual(2.785 / 240, new Simulator(system, new RungeKutta4(new()), 1).LongestStep(), 2e-4);
        Assert.IsTrue(double.IsPositiveInfinity(new Simulator(system, new ExponentialRungeKutta4(new()), 1).LongestStep()));
    }

    [TestMethod]
    public void GravityWavesBoundTheStepAsTheTheorySays()
    {
        // Of the shortest wave of a C grid the frequency is 2 √2 c / dx; at rest nothing else moves.
        var system = new ShallowWater(new() { Size = 16, EddySpeed = 0, Rotation = 0, RotationSlope = 0 });
        var frequency = 2 * Math.Sqrt(2) * Math.Sqrt(9.81 * 500) * 3.6 / 100;
        Assert.AreEqual(2.83 / frequency, new Simulator(system, new RungeKutta4(new()), 1).LongestStep(), 0.02);
    }

    [TestMethod]
    public void TheFlowInABoxSaysHowFastItsFrontsAre()
    {
        // Sakov and Oke's step of 1.25 is stable and one of 2.5 is not; a quarter as fine a grid takes four times as long ones.
        double Longest(int size) =>
            new Simulator(new QuasiGeostrophic(new() { Size = size }), new RungeKutta4(new()), 1).LongestStep();
        Assert.IsTrue(Longest(129) is > 1.5 and < 2.5, $"{Longest(129)}");
        Assert.IsTrue(Longest(33) / Longest(129) is > 3.8 and < 4.2, $"{Longest(33)}");
    }

    [TestMethod]
    public void AnEquationWithoutAStateHasNoLimit() =>
        Assert.IsTrue(double.IsPositiveInfinity(new Simulator(new ConstantRate(), new RungeKutta4(new()), 1).LongestStep()));

    [TestMethod]
    public void CommandsRefuseAStepThatIsTooLongAndLeaveNothing()
    {
        using var folder = new TemporaryDirectory();
        string[] system = ["--system", "kuramoto-sivashinsky", "--set", "system.size=32", "system.length=25", "--step-length", "0.5", "--steps", "20"];
        var output = folder.File("refused");
        CommandRun.InProcess(["simulate", .. system, "--output", output]).Failed(
            ExitCodes.Usage, "expected a time step of at most about 0.0", "got 0.5", "(the CFL condition)", "integrator exponential-runge-kutta4");
        Assert.IsFalse(Directory.Exists(output));

        var (archive, analyses) = (folder.File("record"), folder.File("analyses"));
        CommandRun.InProcess(["simulate", .. system, "--integrator", "exponential-runge-kutta4", "--output", archive]).Succeeded();
        CommandRun.InProcess("analyze", "--archive", archive, "--method", "etkf", "--set", "integrator=runge-kutta4", "--output", analyses)
            .Failed(ExitCodes.Usage, "at most about", "got 0.5");
        Assert.IsFalse(Directory.Exists(analyses));
        CommandRun.InProcess("analyze", "--archive", archive, "--method", "etkf", "--set", "members=5").Succeeded(); // by the scheme that is stable
        CommandRun.InProcess("forecast", "--archive", archive, "--method", "simulator:integrator=runge-kutta4", "--leads", "0.5", "--output", analyses)
            .Failed(ExitCodes.Usage, "at most about", "got 0.5");
        Assert.IsFalse(Directory.Exists(analyses));

        CommandRun.InProcess(
            "train", "--archive", archive, "--experiment", "lorenz96", "--set", "system=kuramoto-sivashinsky", "system.size=32", "system.length=25", "--output",
            analyses).Failed(ExitCodes.Usage, "at most about", "got 0.5");
        Assert.IsFalse(Directory.Exists(analyses));
    }

    [TestMethod]
    public void EveryNamedExperimentsStepIsWithinItsLimit()
    {
        foreach (var (system, step) in new[]
        {
            ("lorenz96", 0.05), ("lorenz96", 0.1), ("lorenz63", 0.05), ("lorenz96-two-level", 0.01), ("seir", 1.0), ("sir", 1), ("quasi-geostrophic", 1.25),
        })
        {
            _ = new TwinExperiment { System = new Component(system), StepLength = step }.Describe();
        }
    }

    private static bool IsFinite(Simulator simulator)
    {
        var ops = new BufferAlgebra<double>();
        var (start, state) = (simulator.System.ReferenceState(), ops.From(simulator.System.ReferenceState(), 1, simulator.System.Layout.Size));
        var random = new CounterRandom(1);
        for (var i = 0; i < start.Length; i++)
        {
            state.Span[i] += 1e-3 * random.NextGaussian();
        }

        for (var step = 0; step < 1500; step++)
        {
            state = simulator.Advance(ops, state, ParameterValues<NdArray<double>>.Constants(ops, simulator.System.ParameterNumbers));
            ops.Recycle(state);
        }

        return state.Span.ToArray().All(double.IsFinite);
    }

    private sealed class ConstantRate : DynamicalSystem
    {
        public override StateLayout Layout { get; } = StateLayout.Of("x");

        public override IReadOnlyList<ParameterDefinition> Parameters => [];

        public override Field<T> Tendency<T>(Field<T> x, ParameterValues<T> p) => x * 0 + 1;

        public override double[] ReferenceState() => [0];
    }
}
