using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Geometry;
using Coda.Data.Time;
using Coda.Inference.Forecasting;
using Coda.Inference.Sessions;
using Coda.Tests.Archives;

namespace Coda.Tests.Inference;

[TestClass]
public sealed class ForecastTests
{
    [TestMethod]
    public void TheHybridOfABareSimulatorIsTheSimulator()
    {
        using var folder = new TemporaryDirectory();
        ExampleModels.Write(folder.Path);
        using var model = OnnxModel.Open(folder.Path);
        using var hybrid = new HybridModel(model);
        var simulator = new SimulatorModel(ExampleModels.Simulator(8));
        var starts = ExampleTwins.Lorenz96().Truth().First().States.Span[..(5 * 8)];
        var (expected, actual) = (new float[40], new float[40]);
        simulator.Advance(starts, expected, 5);
        hybrid.Advance(starts, actual, 5);
        ExampleTwins.AssertClose(expected, actual, 1e-5);
    }

    [TestMethod]
    public void FromTheTruthTheSimulatorFollowsTheTruth()
    {
        var truth = ExampleTwins.Lorenz96(trajectories: 1).Truth().ToList();
        var forecast = Forecasts.Run(new SimulatorModel(ExampleModels.Simulator(8)), truth, new ForecastRequest { Leads = [50], Starts = new StepRange(3, 4) })
            .Single();
        Assert.AreEqual((3, 50), (forecast.FirstStep, forecast.Lead));
        ExampleTwins.AssertClose(truth[0].States.Slice(53 * 8, 8).ToArray(), forecast.States.ToArray(), 1e-3);
    }

    [TestMethod]
    public void ForecastsComeByTrajectoryStartAndLead()
    {
        var truth = ExampleTwins.Lorenz96().Truth().ToList();
        var request = new ForecastRequest { Leads = [0, 2, 5], StartEvery = 10, Starts = new StepRange(5, 40), BatchSize = 3 };
        var blocks = Forecasts.Run(new PersistenceModel(StateLayout.On(new Ring(8)), 0.01), truth, request).ToList();
        var expected = from t in new[] { 0, 1 } from k in new[] { 5L, 15, 25, 35 } from l in new[] { 0, 2, 5 } select (t, k, l);
        CollectionAssert.AreEqual(expected.ToList(), blocks.Select(b => (b.Trajectory, b.FirstStep, b.Lead)).ToList());
        Assert.IsTrue(blocks.All(b => b.Count == 1));
        foreach (var start in blocks.GroupBy(b => (b.Trajectory, b.FirstStep)))
        {
            Assert.AreEqual(1, start.Select(b => string.Join(',', b.States.ToArray())).Distinct().Count());
        }
    }

    [TestMethod]
    public void NeitherWorkersNorBatchesChangeABit()
    {
        var truth = ExampleTwins.Lorenz96().Truth().ToList();
        var model = new SimulatorModel(ExampleModels.Simulator(8));
        var request = new ForecastRequest { Leads = [0, 5, 10, 15, 20], StartEvery = 3 };
        var alone = Forecasts.Run(model, truth, request with { Workers = 1, BatchSize = 64 }).Values();
        CollectionAssert.AreEqual(alone, Forecasts.Run(model, truth, request with { Workers = 3, BatchSize = 5 }).Values());
    }

    [TestMethod]
    public void ADivergingForecastStopsWithStepAndNorm()
    {
        var start = new StateBlock(2, 7, 8, Enumerable.Range(0, 8).Select(i => i * 1e4f).ToArray());
        var run = Forecasts.Run(new SimulatorModel(ExampleModels.Simulator(8)), [start], new ForecastRequest { Leads = [100] });
        var fault = Assert.ThrowsExactly<DivergenceException>(() => run.ToList());
        StringAssert.Contains(fault.Message, "trajectory 2, step 7");
        StringAssert.Contains(fault.Message, "norm");
    }

    [TestMethod]
    public void StatesOfAnotherModelAreRefused()
    {
        var start = new StateBlock(0, 0, 12, new float[12]);
        var fault = Assert.ThrowsExactly<ArgumentException>(
            () => Forecasts.Run(new PersistenceModel(StateLayout.On(new Ring(8)), 0.01), [start], new ForecastRequest { Leads = [1] }).ToList());
        StringAssert.Contains(fault.Message, "8 entries, got 12");
    }

    [TestMethod]
    public void FaultsOfARequestAreReportedAtOnce()
    {
        var request = new ForecastRequest { Leads = [2, 1], StartEvery = 0, BatchSize = 0 };
        var fault = Assert.ThrowsExactly<ArgumentException>(() => Forecasts.Run(new PersistenceModel(StateLayout.On(new Ring(8)), 0.01), [], request));
        StringAssert.Contains(fault.Message, "Leads");
        StringAssert.Contains(fault.Message, "StartEvery");
        StringAssert.Contains(fault.Message, "BatchSize");
    }

    [TestMethod]
    public void AnUnknownParameterIsRefused() => Assert.ThrowsExactly<ArgumentException>(
        () => new SimulatorModel(ExampleModels.Simulator(8), new Dictionary<string, double> { ["G"] = 1 }));
}
