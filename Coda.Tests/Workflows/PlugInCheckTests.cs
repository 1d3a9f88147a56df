using Coda.Classical.Ensemble;
using Coda.Data.Algebra;
using Coda.Data.Dynamics;
using Coda.Data.Geometry;
using Coda.Data.Observations;
using Coda.Feeds.Nats;
using Coda.Inference.Forecasting;
using Coda.Tests.Additions;
using Coda.Training.Networks;
using Coda.Workflows.Checking;
using Coda.Workflows.Progress;

namespace Coda.Tests.Workflows;

/// <summary>What the check of plug-ins finds, and what it lets pass.</summary>
[TestClass]
public sealed class PlugInCheckTests
{
    private static readonly PlugInCheckJob Job = new([]) { Steps = 200 };

    [TestMethod]
    public void CodasOwnPassEveryCheck()
    {
        var job = new PlugInCheckJob([typeof(DynamicalSystem).Assembly, typeof(Correction).Assembly, typeof(ForecastModel).Assembly, typeof(Etkf).Assembly, typeof(NatsFeed).Assembly])
        {
            Steps = 25,
        };
        var checks = PlugInCheckWorkflow.Run(job, new SilentProgress());
        Assert.AreEqual("", string.Join('\n', checks.Where(c => !c.IsPassed)));
        string[] expected =
            ["system", "grid", "integrator", "forcing-source", "operator", "observing-network", "network", "cycle-network", "auto-encoder", "emulator",
                "score-network",
                "correction", "loss", "forecast-model", "method", "feed", "score", "experiment"];
        CollectionAssert.AreEqual(expected, checks.Select(c => c.Kind).Distinct().ToArray());
        Assert.IsTrue(
            checks.Any(c => c is { PlugIn: nameof(Lorenz96), Check: "adjoint" }) && checks.Any(c => c is { PlugIn: nameof(PowerLaw), Check: "tangent" }));
    }

    [TestMethod]
    public void ThoseFromOutsidePassToo()
    {
        var checks = PlugInCheckWorkflow.Run(new PlugInCheckJob([typeof(Nudging).Assembly]) { Steps = 100 }, new SilentProgress());
        Assert.AreEqual("", string.Join('\n', checks.Where(c => !c.IsPassed)));
        Assert.AreEqual("roessler", checks.Single(c => c is { PlugIn: "Roessler", Check: "name" }).Result);
        Assert.AreEqual("with its default options", checks.Single(c => c is { PlugIn: nameof(Nudging), Check: "made" }).Result);
    }

    [TestMethod]
    [DataRow("one entry for all", "shape of the tendency", "expected [3] of a state of [3], got [1]", "Field<T>.Concat")]
    [DataRow("a sum", "shape of the tendency", "expected [3] of a state of [3], got []", "Field<T>.Concat")]
    [DataRow("no number", "shape of the tendency", "expected finite numbers, got NaN", "")]
    [DataRow("unknown parameter", "shape of the tendency", "Expected a parameter or forcing of a, got 'b'", "")]
    [DataRow("infinite parameter", "parameters", "expected a finite and within -Infinity to Infinity, got Infinity", "finite default")]
    [DataRow("short reference", "reference state", "expected 3 entries (x: components of 1, y: components of 1, z: components of 1), got 2",
        "each entry of Layout")]
    [DataRow("first of a batch", "leading axes", "expected a batch of states to give what each gives alone", "-1 is space")]
    [DataRow("jump", "tangent", "expected finite differences that come to the tangent", "Field<T> alone")]
    [DataRow("no invariant", "invariants", "expected sum to stay, got a change by 1 of those of its parts", "Where")]
    [DataRow("unknown where", "invariants", "expected parameters in Where, got 'b'", "Where")]
    [DataRow("no symmetry", "symmetries", "expected the tendency to shift with the state along axis 0, got a relative difference of", "SymmetricAxes")]
    [DataRow("explodes", "free run", "expected finite states for 200 steps of 0.01, got none after step", "wrong sign")]
    [DataRow("stiff", "free run", "expected finite states for 200 steps of 0.01", "with --step-length 0.001 they stay finite")]
    public void WhatIsWrongWithASystemIsNamedWithItsCure(string fault, string check, string said, string cure)
    {
        var checks = new CheckList("Faulty", "system");
        var all = new SystemChecks(new Faulty(fault));
        all.Quick(checks);
        if (checks.IsPassed)
        {
            all.Rest(checks, Job, CancellationToken.None);
        }

        var failed = checks.All.First(c => !c.IsPassed);
        Assert.AreEqual(check, failed.Check, $"{failed}");
        Assert.Contains(said, failed.Result);
        Assert.Contains(cure, failed.Cure);
    }

    [TestMethod]
    [DataRow("one entry for all", "tendency of Faulty: expected the state's shape [2, 3], got [2, 1]")]
    [DataRow("a sum", "tendency of Faulty: expected the state's shape [2, 3], got [2]")]
    public void AWrongShapeIsRefusedWhereItIsFirstEvaluated(string fault, string said)
    {
        var (ops, simulator) = (new BufferAlgebra<double>(), new Simulator(new Faulty(fault), new Heun(new Heun.Options()), 0.01));
        var thrown = Assert.ThrowsExactly<ArgumentException>(() => simulator.Advance(
            ops, ops.From([1, 1, 0, 2, 1, 0], 2, 3), ParameterValues<NdArray<double>>.Constants(ops, simulator.System.ParameterNumbers)));
        Assert.Contains(said, thrown.Message);
    }

    [TestMethod]
    public void ACorrectionOfAWrongShapeIsRefusedToo()
    {
        var (ops, simulator) = (new BufferAlgebra<double>(), new Simulator(new Faulty("none"), new Heun(new Heun.Options()), 0.01));
        var parameters = ParameterValues<NdArray<double>>.Constants(ops, simulator.System.ParameterNumbers);
        simulator.Advance(ops, ops.From([1, 1, 0], 3), parameters);
        var thrown = Assert.ThrowsExactly<ArgumentException>(() => simulator.Advance(ops, ops.From([1, 1, 0], 3), parameters, x => x.Slice(0, 1)));
        Assert.Contains("correction: expected the state's shape [3], got [1]", thrown.Message);
    }

    [TestMethod]
    public void AnOperatorThatSeesWhatIsNotThereIsNamed()
    {
        var layout = StateLayout.Of("x", "y");
        var checks = new CheckList("Blind", "operator");
        new OperatorChecks(new Blind(), layout).Quick(checks);
        Assert.Contains("expected entries in [0, 2), got 0, 5", checks.All[0].Result);
        Assert.Contains("expected [2] of a state of [2], got [1]", checks.All[1].Result);
    }

    private sealed class Blind : ObservationOperator
    {
        public override IReadOnlyList<int> Locations => [0, 5];

        public override Field<T> Apply<T>(Field<T> x) => x.Slice(0, 1);
    }

    /// <summary>dx/dt = -x, but for one fault.</summary>
    private sealed class Faulty(string fault) : DynamicalSystem
    {
        public override StateLayout Layout { get; } = fault == "no symmetry" ? StateLayout.On(new Ring(3)) : StateLayout.Of("x", "y", "z");

        public override IReadOnlyList<int> SymmetricAxes => fault == "no symmetry" ? [0] : [];

        public override IReadOnlyList<ParameterDefinition> Parameters { get; } = [new("a", fault == "infinite parameter" ? double.PositiveInfinity : 1)];

        public override Field<T> Tendency<T>(Field<T> x, ParameterValues<T> p) => fault switch
        {
            "one entry for all" => x.Slice(0, 1) * -1,
            "a sum" => x.Sum(-1),
            "no number" => (x - 10).Log(),
            "unknown parameter" => p["b"] * x,
            "first of a batch" => x.Algebra.ShapeOf(x.Value).Length == 1 ? -x : x.Slice(-2, 0, 1) * x * -1,
            "jump" => (x - 1).Step() - x,
            "explodes" => x * x * x + 10,
            "stiff" => x * -1000,
            "no symmetry" => Field<T>.Concat(-1, x.Slice(0, 1) * -2, x.Slice(1, 2) * -1),
            _ => -x,
        };

        public override IReadOnlyList<Invariant<T>> Invariants<T>(Field<T> x, ParameterValues<T> p) => fault switch
        {
            "no invariant" => [new("sum", x.Sum(-1))],
            "unknown where" => [new("sum", x.Sum(-1)) { Where = new Dictionary<string, double> { ["b"] = 0 } }],
            _ => [],
        };

        public override double[] ReferenceState() => fault == "short reference" ? [1, 1] : [1, 1, 0];
    }
}
