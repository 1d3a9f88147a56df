using Coda.Classical.Variational.Stretches;
using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Inference.Assimilation;
using Coda.Inference.Sessions;
using Coda.Tests.Archives;

namespace Coda.Tests.Inference;

/// <summary>A learned sequential analysis over archives.</summary>
[TestClass]
public sealed class CycleMethodTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void NeitherWorkersNorTheRequestNorTheBatchsOtherRowsChangeABit(int members)
    {
        using var folder = new TemporaryDirectory();
        CycleExamples.Write(folder.Path, experiment: CycleExamples.WithMembers(members));
        using var model = OnnxModel.Open(folder.Path);
        var archive = ExampleTwins.Lorenz96(steps: 40, trajectories: 5, fraction: 0.5, seed: 9).Archive();
        var method = Method(archive, model, batch: 2);
        var alone = method.Analyze(archive, new AnalysisRequest { Workers = 1 }).ToList();
        CollectionAssert.AreEqual(new[] { 0, 1, 2, 3, 4 }, alone.Select(block => block.Trajectory).ToArray());
        Assert.IsTrue(alone.All(block => block.Spread!.Value.ToArray().All(s => s > 0)));
        CollectionAssert.AreEqual(alone.Values(), method.Analyze(archive, new AnalysisRequest { Workers = 3 }).Values());
        CollectionAssert.AreEqual(alone[3].States.ToArray(), method.Analyze(archive, new AnalysisRequest { Trajectories = [3] }).Values());
        CollectionAssert.AreEqual(
            alone[1].States.ToArray()[(10 * 8)..(15 * 8)],
            method.Analyze(archive, new AnalysisRequest { Trajectories = [1], Steps = new StepRange(10, 15) }).Values());
    }

    [TestMethod]
    public void AnAnalysisSeesNothingPastItsStep()
    {
        using var folder = new TemporaryDirectory();
        CycleExamples.Write(folder.Path);
        using var model = OnnxModel.Open(folder.Path);
        var archive = ExampleTwins.Lorenz96(steps: 40, trajectories: 1, fraction: 0.5).Archive();
        var method = Method(archive, model);
        Assert.AreEqual(0, method.LookAhead);
        var request = new AnalysisRequest { Steps = new StepRange(20, 21) };
        CollectionAssert.AreEqual(method.Analyze(new PastArchive(archive, 21), request).Values(), method.Analyze(archive, request).Values());
        CollectionAssert.AreNotEqual(method.Analyze(new PastArchive(archive, 20), request).Values(), method.Analyze(archive, request).Values());
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void OnALargerRingMembersStandInTheirPlaces(int members)
    {
        using var folder = new TemporaryDirectory();
        CycleExamples.Write(folder.Path, experiment: CycleExamples.WithMembers(members));
        using var model = OnnxModel.Open(folder.Path);
        var ring = ExampleTwins.Lorenz96(size: 16, steps: 30, trajectories: 2, fraction: 0.5).Archive();
        var analyses = Method(ring, model).Analyze(ring).ToList();
        Assert.AreEqual(60, analyses.Sum(block => block.Count));
        Assert.IsTrue(analyses.All(block => block.States.ToArray().All(float.IsFinite)));
    }

    // Members start at places of their own, so that a record seen twice round the ring would not give its analyses twice.
    [TestMethod]
    public void ARecordRepeatedRoundARingGivesTheAnalysesOfOneRound()
    {
        using var folder = new TemporaryDirectory();
        CycleExamples.Write(folder.Path);
        using var model = OnnxModel.Open(folder.Path);
        var own = ExampleTwins.Lorenz96(steps: 20, trajectories: 1, fraction: 0.5).Archive();
        var read = own.ReadObservations(0, own.Description.Steps);
        var twice = new ObservationStretch(0, read.Steps, 16);
        for (var i = 0; i < twice.Values.Length; i++)
        {
            var from = (i / 16 * 8) + (i % 8);
            (twice.Values[i], twice.Mask[i]) = (read.Values[from], read.Mask[from]);
        }

        var ring = new MemoryArchive(ExampleTwins.Lorenz96(size: 16, steps: 20, trajectories: 1).Describe(), [twice]);
        var expected = Method(own, model).Analyze(own).Values();
        var got = Method(ring, model).Analyze(ring).Values();
        ExampleTwins.AssertClose([.. expected.Chunk(8).SelectMany(state => state.Concat(state))], got, 1e-4);
    }

    [TestMethod]
    public void BetweenCyclesAreForecastsAndObservationsThereAreRefused()
    {
        using var folder = new TemporaryDirectory();
        var every = CycleExamples.Experiment with { Cycle = CycleExamples.Experiment.Cycle! with { Every = 3 } };
        var twin = ExampleTwins.Lorenz96(steps: 200, fraction: 0.5);
        var thinned = twin with { ObservingNetwork = new Component("random-fraction", new() { ["fraction"] = 0.5, ["interval"] = 3 }) };
        Assert.AreEqual(3, CycleExamples.Write(folder.Path, thinned, every).CycleSteps);
        using var model = OnnxModel.Open(folder.Path);
        var archive = thinned.Archive();
        var states = Method(archive, model).Analyze(archive).First().States.ToArray();
        var forecast = new Coda.Inference.Forecasting.HybridModel(model);
        var next = new float[8];
        forecast.Advance(states.AsSpan(30 * 8, 8), next, 1);
        ExampleTwins.AssertClose(next, states[(31 * 8)..(32 * 8)], 1e-5);
        forecast.Dispose();
        var dense = twin.Archive();
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidDataException>(() => Method(dense, model).Analyze(dense).Count()).Message, "expected observations at multiples of 3");
    }

    [TestMethod]
    public void AModelWithoutACycleAndOneWithoutAWindowAreRefusedByEachOthersMethod()
    {
        using var folder = new TemporaryDirectory();
        Directory.CreateDirectory(folder.File("windows"));
        ExampleModels.Write(folder.File("windows"));
        CycleExamples.Write(folder.File("cycle"));
        using var windows = OnnxModel.Open(folder.File("windows"));
        using var cycle = OnnxModel.Open(folder.File("cycle"));
        var archive = ExampleTwins.Lorenz96().Archive();
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Method(archive, windows)).Message, $"a graph for {ModelRoles.Cycle}");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => new NetworkMethod(new AnalysisContext(archive, cycle), new())).Message, "the method 'cycle'");
    }

    [TestMethod]
    public void TheGraphAgreesWithLibTorchAndADamagedOneIsNamed()
    {
        using var folder = new TemporaryDirectory();
        var card = CycleExamples.Write(folder.Path);
        Assert.AreEqual("cycle.onnx", card.FileOf(ModelRoles.Cycle));
        CollectionAssert.AreEqual(new[] { "gain", "members", "next_memory", "spread", "state" }, card.Files["cycle.onnx"].Outputs.Keys.Order().ToArray());
        var differences = ReferenceCheck.Run(folder.Path);
        Assert.IsLessThan(ReferenceCheck.Tolerance, differences["cycle.onnx"]);
        var changed = ModelFolder.ReadCard(folder.Path) with { CycleSteps = null };
        CodaJson.WriteWithDigest(folder.File(ModelFolder.Card), changed);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => ModelFolder.ReadCard(folder.Path)).Message, "cycleSteps");
    }

    private static CycleMethod Method(IObservationArchive archive, OnnxModel model, int batch = 3) =>
        new(new AnalysisContext(archive, model), new() { BatchSize = batch });
}
