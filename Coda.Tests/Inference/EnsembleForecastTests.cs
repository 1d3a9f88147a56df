using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Geometry;
using Coda.Inference.Forecasting;
using Coda.Inference.Sessions;
using Coda.Tests.Archives;

namespace Coda.Tests.Inference;

/// <summary>Several steps inside one run, ensembles, and leads that are written as they come.</summary>
[TestClass]
public sealed class EnsembleForecastTests
{
    private const int Size = 8;

    [TestMethod]
    [DataRow(Size)]
    [DataRow(5 * Size)]
    public void ALoopInsideARunIsTheStepsOneByOne(int sites)
    {
        using var folder = new TemporaryDirectory();
        ExampleModels.Write(folder.Path);
        using var model = OnnxModel.Open(folder.Path);
        using var hybrid = new HybridModel(model, ExampleTwins.Lorenz96(size: sites).Archive().Description);
        var states = ExampleTwins.Lorenz96(size: sites).Truth().First().States.Span[..(3 * sites)].ToArray();
        var (expected, scratch, actual) = (states.ToArray(), new float[states.Length], new float[states.Length]);
        for (var step = 0; step < 30; step++)
        {
            hybrid.Advance(expected, scratch, 3);
            (expected, scratch) = (scratch, expected);
        }

        hybrid.Advance(states, actual, 3, 30);
        ExampleTwins.AssertClose(expected, actual, 1e-5);
        hybrid.Advance(states, actual, 3, 1);
        hybrid.Advance(states, scratch, 3);
        CollectionAssert.AreEqual(scratch, actual);
    }

    [TestMethod]
    public void AModelWithoutALoopTakesTheStepsItself()
    {
        ForecastModel simulator = new SimulatorModel(ExampleModels.Simulator(Size));
        var states = ExampleTwins.Lorenz96().Truth().First().States.Span[..Size].ToArray();
        var (one, two, three, actual) = (new float[Size], new float[Size], new float[Size], new float[Size]);
        simulator.Advance(states, one, 1);
        simulator.Advance(one, two, 1);
        simulator.Advance(two, three, 1);
        simulator.Advance(states, actual, 1, 3);
        CollectionAssert.AreEqual(three, actual);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => simulator.Advance(states, actual, 1, 0));
    }

    [TestMethod]
    public void MembersStartAroundTheAnalysisByItsSpread()
    {
        float[] spread = [.. Enumerable.Range(0, Size).Select(i => 0.1f * i)];
        var start = Start(spread);
        var request = new ForecastRequest { Leads = [0, 5], Members = 4000 };
        var blocks = Forecasts.Run(new PersistenceModel(StateLayout.On(new Ring(Size)), 0.01), [start], request).ToList();
        CollectionAssert.AreEqual(new[] { 0, 5 }, blocks.Select(b => b.Lead).ToArray());
        for (var i = 0; i < Size; i++)
        {
            // Four standard errors.
            Assert.AreEqual(start.States.Span[i], blocks[0].States.Span[i], 1e-6 + (4 * spread[i] / Math.Sqrt(4000)));
            Assert.AreEqual(spread[i], blocks[0].Spread!.Value.Span[i], 1e-6 + (4 * spread[i] / Math.Sqrt(2 * 4000)));
        }

        CollectionAssert.AreEqual(blocks[0].States.ToArray(), blocks[1].States.ToArray());
        CollectionAssert.AreEqual(blocks[0].Spread!.Value.ToArray(), blocks[1].Spread!.Value.ToArray());
    }

    [TestMethod]
    public void MeanAndSpreadFollowTheMembers()
    {
        var forecast = Forecasts.Run(new Doubling(), [Start()], new ForecastRequest { Leads = [0, 3], Members = 5, InitialSpread = 0.5 }).ToList();
        CollectionAssert.AreEqual(forecast[0].States.ToArray().Select(x => 8 * x).ToArray(), forecast[1].States.ToArray());
        CollectionAssert.AreEqual(forecast[0].Spread!.Value.ToArray().Select(s => 8 * s).ToArray(), forecast[1].Spread!.Value.ToArray());
        Assert.AreEqual(Size, forecast[0].Spread!.Value.ToArray().Where(s => s > 0.05f).Distinct().Count());
    }

    [TestMethod]
    public void NeitherWorkersNorBatchesChangeABitAndTheSeedDoes()
    {
        var starts = ExampleTwins.Lorenz96().Truth().Select(b => b with { Spread = Enumerable.Repeat(0.2f, b.States.Length).ToArray() }).ToList();
        var model = new SimulatorModel(ExampleModels.Simulator(Size));
        var request = new ForecastRequest { Leads = [0, 3, 20], StartEvery = 7, Members = 5 };
        var alone = Forecasts.Run(model, starts, request with { Workers = 1 }).ToList();
        var others = Forecasts.Run(model, starts, request with { Workers = 3, BatchSize = 3 }).ToList();
        CollectionAssert.AreEqual(alone.Values(), others.Values());
        CollectionAssert.AreEqual(Spreads(alone), Spreads(others));
        CollectionAssert.AreEqual(
            alone.Select(b => (b.Trajectory, b.FirstStep, b.Lead)).ToList(), others.Select(b => (b.Trajectory, b.FirstStep, b.Lead)).ToList());
        CollectionAssert.AreNotEqual(alone.Values(), Forecasts.Run(model, starts, request with { Seed = 2 }).Values());
    }

    [TestMethod]
    public void AnalysesWithoutASpreadNeedAnInitialOne()
    {
        var request = new ForecastRequest { Leads = [1], Members = 3 };
        var fault = Assert.ThrowsExactly<ArgumentException>(
            () => Forecasts.Run(new PersistenceModel(StateLayout.On(new Ring(Size)), 0.01), [Start()], request).ToList());
        StringAssert.Contains(fault.Message, "initial spread");
        Assert.HasCount(1, Forecasts.Run(new PersistenceModel(StateLayout.On(new Ring(Size)), 0.01), [Start()], request with { InitialSpread = 0.1 }).ToList());
    }

    [TestMethod]
    public void ASpreadWithoutMembersAndNoMembersAreRefused()
    {
        var model = new PersistenceModel(StateLayout.On(new Ring(Size)), 0.01);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(
            () => Forecasts.Run(model, [], new ForecastRequest { Leads = [1], InitialSpread = 1 })).Message, "InitialSpread");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => Forecasts.Run(model, [], new ForecastRequest { Leads = [1], Members = 0 })).Message, "Members");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(
            () => Forecasts.Run(model, [], new ForecastRequest { Leads = [1], Members = 2, InitialSpread = -1 })).Message, "InitialSpread");
    }

    [TestMethod]
    public void ADivergingMemberIsNamedWithItsLead()
    {
        var start = new StateBlock(2, 7, Size, Enumerable.Range(0, Size).Select(i => i * 1e4f).ToArray());
        var run = Forecasts.Run(
            new SimulatorModel(ExampleModels.Simulator(Size)), [start], new ForecastRequest { Leads = [0, 100], Members = 3, InitialSpread = 0.1 });
        var fault = Assert.ThrowsExactly<DivergenceException>(() => run.ToList());
        StringAssert.Contains(fault.Message, "trajectory 2, step 7");
        StringAssert.Contains(fault.Message, "at lead ");
    }

    [TestMethod]
    public void LeadsOfALargeForecastComeAsTheyAreReached()
    {
        const int Large = 50_000;
        var model = new Counting(Large);
        var starts = new[] { new StateBlock(0, 0, Large, new float[Large]), new StateBlock(0, 1, Large, new float[Large]) };
        var leads = Enumerable.Range(0, 101).ToList();
        var blocks = Forecasts.Run(model, starts, new ForecastRequest { Leads = leads }).Take(3).ToList();
        Assert.AreEqual(2, model.Steps);
        CollectionAssert.AreEqual(new[] { 0f, 1, 2 }, blocks.Select(b => b.States.Span[Large - 1]).ToArray());
        var all = Forecasts.Run(new Counting(Large), starts, new ForecastRequest { Leads = leads }).Select(b => (b.FirstStep, b.Lead, b.States.Span[0]))
            .ToList();
        CollectionAssert.AreEqual((from s in new[] { 0L, 1 } from l in leads select (s, l, (float)l)).ToList(), all);
    }

    private static StateBlock Start(float[]? spread = null) =>
        new(0, 3, Size, Enumerable.Range(0, Size).Select(i => (float)(2 + (3 * Math.Sin(i * i)))).ToArray(), spread?.AsMemory());

    private static float[] Spreads(IEnumerable<StateBlock> blocks) => [.. blocks.SelectMany(b => b.Spread!.Value.ToArray())];

    private sealed class Doubling : ForecastModel
    {
        public override string Name => "doubling";

        public override StateLayout Layout => StateLayout.On(new Ring(Size));

        public override double StepLength => 0.01;

        public override void Advance(ReadOnlySpan<float> states, Span<float> next, int batch) =>
            System.Numerics.Tensors.TensorPrimitives.Multiply(states, 2, next);
    }

    // Adds 1 in every step, and counts them.
    private sealed class Counting(int size) : ForecastModel
    {
        public int Steps { get; private set; }

        public override string Name => "counting";

        public override StateLayout Layout { get; } = StateLayout.On(new Ring(size));

        public override double StepLength => 0.01;

        public override void Advance(ReadOnlySpan<float> states, Span<float> next, int batch)
        {
            Steps++;
            System.Numerics.Tensors.TensorPrimitives.Add(states, 1, next);
        }
    }
}
