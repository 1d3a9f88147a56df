using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;
using Coda.Data.Scoring;
using Coda.Data.Twins;
using Coda.Inference.Forecasting;

namespace Coda.Tests.Inference;

/// <summary>Rollouts from true states, where what they must come to is known.</summary>
[TestClass]
public sealed class RolloutsTests
{
    private static readonly StateLayout Ring = StateLayout.On(new Ring(8));

    private static readonly RolloutRequest Request = new() { Leads = [1, 10, 20], Starts = 6, Runs = 2, RunSteps = 40 };

    [TestMethod]
    public void TheTruthsOwnSystemHasNoError()
    {
        var twin = ExampleTwins.Lorenz96();
        var results = new Rollouts(twin.Archive(), () => twin.Truth(), Ring, Request).Forecast(new SimulatorModel(ExampleModels.Simulator(8)));
        CollectionAssert.AreEqual(new[] { 1, 10, 20 }, results.Select(r => r.Lead).ToArray());
        Assert.IsTrue(results.All(r => r.Value < 1e-4 && r.Count == 6 && r.Trajectories == 2), string.Join(", ", results));
        Assert.AreEqual(0.2, results[2].LeadTime, 1e-12);
    }

    [TestMethod]
    public void AModelThatLacksFieldsIsBesideOneThatHasThem()
    {
        var twin = new TwinExperiment
        {
            System = new Component("lorenz96-two-level", new JsonObject { ["size"] = 8, ["fastPerSlow"] = 4 }),
            Operator = new Component("site-selection", new JsonObject { ["field"] = "x" }),
            StepLength = 0.005,
            StepCount = 60,
            SpinUpSteps = 300,
        };
        var whole = new Simulator(DynamicalSystem.Catalog.Create(twin.System), new RungeKutta4(new()), twin.StepLength);
        var part = new Simulator(new Lorenz96(new() { Size = 8, Forcing = 10 }), new RungeKutta4(new()), twin.StepLength);
        var rollouts = new Rollouts(twin.Archive(), () => twin.Truth(), Ring, Request);
        var (own, truncated) = (rollouts.Forecast(new SimulatorModel(whole)), rollouts.Forecast(new SimulatorModel(part)));
        Assert.IsTrue(own.All(r => r.Value < 1e-3), string.Join(", ", own));
        Assert.IsGreaterThan(0.05, truncated[2].Value);
        Assert.AreEqual(own[0].Count, truncated[0].Count);
        Assert.AreEqual(2 * 36 * 8, rollouts.Marginal(new SimulatorModel(whole)).Count, "Only the fields that are scored count.");
    }

    [TestMethod]
    public void StartsAreSpreadOverTheTruth()
    {
        var twin = ExampleTwins.Lorenz96(trajectories: 3, steps: 100);
        long Count(int starts) =>
            new Rollouts(twin.Archive(), () => twin.Truth(), Ring, Request with { Starts = starts }).Forecast(new PersistenceModel(Ring, 0.01))[0].Count;
        Assert.AreEqual(1, Count(1));
        Assert.AreEqual(2, Count(2));
        Assert.AreEqual(30, Count(30));
        Assert.AreEqual(3 * 80, Count(100000), "There are no more than these.");
    }

    [TestMethod]
    public void TheMarginalOfPersistenceIsThatOfItsStarts()
    {
        var twin = ExampleTwins.Lorenz96(trajectories: 2);
        var rollouts = new Rollouts(twin.Archive(), () => twin.Truth(), Ring, Request with { Runs = 2 });
        var starts = MarginalDistribution.Of(twin.Truth().Select(b => b with { States = b.States[..8] }));
        var marginal = rollouts.Marginal(new PersistenceModel(Ring, 0.01));
        Assert.AreEqual(0, marginal.DistanceTo(starts), 1e-12);
        Assert.AreEqual(starts.Mean, marginal.Mean, 1e-9);
        Assert.AreEqual(2 * 36 * 8, marginal.Count);
        Assert.AreEqual(2 * 60 * 8, rollouts.Marginal().Count);
    }

    [TestMethod]
    public void AFreeRunGivesEveryStartOfEveryStepAfterTheSpinUp()
    {
        float[] start = [.. Enumerable.Range(0, 8).Select(i => (float)Math.Sin(i))];
        var model = new SimulatorModel(ExampleModels.Simulator(8));
        var blocks = FreeRun.Run(model, [start, start], 5, spinUp: 3).ToList();
        CollectionAssert.AreEqual(new[] { (0, 4L), (1, 4L), (0, 5L), (1, 5L) }, blocks.Select(b => (b.Trajectory, b.FirstStep)).ToArray());
        var lead = Forecasts.Run(model, [new StateBlock(0, 0, 8, start)], new ForecastRequest { Leads = [5] }).Single();
        CollectionAssert.AreEqual(lead.States.ToArray(), blocks[^1].States.ToArray());
    }

    [TestMethod]
    public void AFreeRunOfAFieldWithBoundsIsWithinThem()
    {
        var model = new SimulatorModel(new Simulator(new LotkaVolterra(new()), new RungeKutta4(new()), 0.01));
        Assert.IsTrue(model.Layout.IsBounded);
        float[] start = [.. Enumerable.Range(0, model.StateSize).Select(i => 0.5f + (0.25f * i))];
        var forecast = Forecasts.Run(model, [new StateBlock(0, 0, model.StateSize, start)], new ForecastRequest { Leads = [40] }).Single();
        CollectionAssert.AreEqual(forecast.States.ToArray(), FreeRun.Run(model, [start], 40, spinUp: 39).Single().States.ToArray());
    }

    [TestMethod]
    public void AFreeRunThatDivergesSaysTheStartAndTheLead()
    {
        float[] start = [.. Enumerable.Range(0, 8).Select(i => i * 1e4f)];
        var fault = Assert.ThrowsExactly<DivergenceException>(() => FreeRun.Run(new SimulatorModel(ExampleModels.Simulator(8)), [start], 100).Count());
        StringAssert.Contains(fault.Message, "from start 0 of free runs: expected finite states, got none at lead ");
        Assert.ThrowsExactly<ArgumentException>(() => FreeRun.Run(new PersistenceModel(StateLayout.On(new Ring(4)), 0.01), [start], 100));
        Assert.ThrowsExactly<ArgumentException>(() => FreeRun.Run(new PersistenceModel(StateLayout.On(new Ring(8)), 0.01), [], 100));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => FreeRun.Run(new PersistenceModel(StateLayout.On(new Ring(8)), 0.01), [start], 5, spinUp: 5));
    }

    [TestMethod]
    public void RequestsThatMakeNoSenseAreRefused()
    {
        var twin = ExampleTwins.Lorenz96();
        Rollouts Of(RolloutRequest request) => new(twin.Archive(), () => twin.Truth(), Ring, request);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Of(Request with { Leads = [60] })).Message, "60 steps");
        var fault = Assert.ThrowsExactly<ArgumentException>(() => Of(new() { Leads = [], Starts = 0, Runs = 0, RunSteps = 0, BinWidth = 0, Workers = -1 }));
        foreach (var said in new[] { "Leads", "Starts", "Runs", "RunSteps", "BinWidth", "Workers" })
        {
            StringAssert.Contains(fault.Message, said);
        }

        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Of(Request).Forecast(new PersistenceModel(Ring, 0.02))).Message, "StepLength");
        Assert.ThrowsExactly<ArgumentException>(() => Of(Request).Forecast(new PersistenceModel(StateLayout.On(new Ring(8), "y"), 0.01)));
    }
}
