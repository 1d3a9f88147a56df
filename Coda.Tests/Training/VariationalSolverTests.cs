using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;
using Coda.Data.Time;
using Coda.Inference.Assimilation;
using Coda.Inference.Sessions;
using Coda.Tests.Archives;
using Coda.Tests.Inference;
using Coda.Tests.Interpretations;
using Coda.Training.Algebra;
using Coda.Training.Export;
using Coda.Training.Networks;
using static TorchSharp.torch;

namespace Coda.Tests.Training;

/// <summary>The learned variational solver with the simulator as its prior; with experts it is among the networks that all conformance tests go through.</summary>
[TestClass]
public sealed class VariationalSolverTests
{
    private const int Steps = 6;

    private static readonly VariationalSolver.Options Small = new() { HalfWidth = 5, Iterations = 2, Width = 8, Memory = 3, Prior = SolverPrior.Simulator };

    public static IEnumerable<object[]> Systems => [["lorenz96", 16], ["lorenz63", 1]];

    [TestMethod]
    [DynamicData(nameof(Systems))]
    public void TheGradientIsThatOfTheEnergy(string system, int sites)
    {
        var context = Context(system);
        var (energy, fields) = (new SimulatorEnergy(context), context.Channels);
        using var scope = NewDisposeScope();
        using var store = new WeightStore(energy.WeightDefinitions, 1, CPU);
        var (ops, weights) = (new TorchAlgebra(CPU), store.View());
        var x = Interpret.ToTensor(Operand.Gaussian(5, 2 * fields * Steps * sites)).reshape(2, fields, Steps, sites).requires_grad_(true);
        var dynamics = context.Dynamics!;
        var (mean, deviation) = (ops.Constant(context.Climatology.Mean), ops.Constant(context.Climatology.Deviation));
        var rows = x.transpose(1, 2).flatten(2); // [batch, time, space]
        var state = ops.Add(ops.Multiply(ops.Scale(ops.Tanh(ops.Scale(rows, 1 / 6.0)), 6), deviation), mean);
        var values = ParameterValues<Tensor>.Constants(ops, dynamics.Parameters);
        var next = ops.Divide(ops.Subtract(dynamics.Simulator.Advance(ops, state, values), mean), deviation);
        var departure = ops.Subtract(rows.narrow(1, 1, Steps - 1), next.narrow(1, 0, Steps - 1));
        var first = rows.narrow(1, 0, 1); // before the window there is the climatology
        var cost = ops.Scale(ops.Add(ops.Multiply(departure, departure).sum(), ops.Multiply(first, first).sum()), 0.5);
        cost.backward();
        Agree.Within(1e-4, Interpret.Plain(x.grad!), Interpret.Plain(energy.Gradient(ops, weights, x.detach())), system);
    }

    [TestMethod]
    [DynamicData(nameof(Systems))]
    public void OnnxRuntimeAgreesInWindowsAndStretches(string system, int sites)
    {
        var context = Context(system);
        var network = new VariationalSolver(context, Small);
        Assert.Contains(d => d.Name.StartsWith("prior."), network.WeightDefinitions, $"{sites}");
        var (weights, length) = (NetworkExamples.Weights(network.WeightDefinitions), (2 * Small.HalfWidth) + 1);
        var window = NetworkExamples.Observations(1, length, context.SiteCount);
        var expected = Interpret.OnTorch(new AnalysisFormula(network), weights.With("window", window));
        Agree.Within(1e-4, expected, Interpret.OnOnnx(new AnalysisFormula(network), weights.With("window", window)), "windows");
        var stretch = window with { Shape = [2, length, context.SiteCount], SymbolicAxis = 1 };
        Agree.Within(1e-4, expected, Interpret.OnOnnx(new AnalysisFormula(network, IsStretch: true), weights.With("stretch", stretch)), "stretch");
    }

    [TestMethod]
    public void ItTrainsWithTheSimulatorExportsAndBeatsTheClimatology()
    {
        using var folder = new TemporaryDirectory();
        var archive = TrainingExamples.Record();
        var experiment = TrainingExamples.Experiment with
        {
            Network = new Component("variational-solver", new JsonObject
            {
                ["halfWidth"] = 5, ["iterations"] = 2, ["width"] = 8, ["memory"] = 3, ["prior"] = "simulator",
            }),
            Steps = 60,
            LearningRate = 5e-3,
        };
        var model = TrainingExamples.Train(experiment, archive, folder.File("checkpoint"));
        Assert.AreNotEqual(6f, model.NetworkWeights["prior.F"][0], "the solver's own parameter is trained");
        ModelExport.Write(model, folder.File("model"), "");
        using var onnx = OnnxModel.Open(folder.File("model"));
        var truth = TrainingExamples.Twin.Truth().Values();
        var analyses = new NetworkMethod(new AnalysisContext(archive, onnx), new()).Analyze(archive).Values();
        var mean = truth.Average();
        Assert.IsLessThan(0.8, Squares(analyses) / truth.Sum(x => Math.Pow(x - mean, 2)));

        double Squares(IReadOnlyList<float> states) => states.Zip(truth, (a, b) => Math.Pow(a - b, 2)).Sum();
    }

    [TestMethod]
    public void WhatCannotWorkIsRefused()
    {
        Refused(NetworkExamples.Aligned, Small, "expected a task with a simulator, got none; take prior=experts");
        Refused(Context("driven-pendulum"), Small, "expected a system without forcing, got DrivenPendulum");
        Refused(Context("lorenz96"), Small with { HalfWidth = 4 }, "at least the 5 steps that the iterations reach");
        Refused(NetworkExamples.Torus, new(), "fields on one ring or line, or components");
    }

    private static void Refused(AssimilationContext context, VariationalSolver.Options options, string expected) => StringAssert.Contains(
        Assert.ThrowsExactly<ArgumentException>(() => new VariationalSolver(context, options)).Message, expected);

    private static AssimilationContext Context(string name)
    {
        var options = name == "lorenz96" ? new JsonObject { ["size"] = 16 } : [];
        var system = DynamicalSystem.Catalog.Create(new Component(name, options));
        string[] trained = [.. system.Parameters.Take(1).Select(p => p.Name)];
        return NetworkExamples.Context(system.Layout, Enumerable.Range(0, system.Layout.Size)) with
        {
            Dynamics = new(new Simulator(system, new RungeKutta4(new()), 0.05), system.ParameterNumbers, trained),
        };
    }
}
