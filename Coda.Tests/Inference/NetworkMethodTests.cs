using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Inference.Assimilation;
using Coda.Inference.Sessions;
using Coda.Tests.Archives;

namespace Coda.Tests.Inference;

[TestClass]
public sealed class NetworkMethodTests
{
    [TestMethod]
    public void StretchesAndWindowsAgree()
    {
        using var folder = new TemporaryDirectory();
        ExampleModels.Write(folder.Path);
        using var model = OnnxModel.Open(folder.Path);
        var archive = ExampleTwins.Lorenz96().Archive();
        var stretches = Method(model, new() { Form = NetworkForm.Stretch, StretchLength = 16 }).Analyze(archive).Values();
        var windows = Method(model, new() { Form = NetworkForm.Window, BatchSize = 7 }).Analyze(archive).Values();
        ExampleTwins.AssertClose(windows, stretches, 1e-4);
        Assert.HasCount(2 * 60 * 8, stretches);
        Assert.IsGreaterThan(1, stretches.Max() - stretches.Min());
    }

    [TestMethod]
    public void EveryStepIsAnalyzedInOrder()
    {
        using var folder = new TemporaryDirectory();
        ExampleModels.Write(folder.Path);
        using var model = OnnxModel.Open(folder.Path);
        var blocks = Method(model, new() { StretchLength = 16 }).Analyze(ExampleTwins.Lorenz96().Archive()).ToList();
        var steps = blocks.SelectMany(b => Enumerable.Range(0, b.Count).Select(i => (b.Trajectory, b.FirstStep + i))).ToList();
        CollectionAssert.AreEqual(Enumerable.Range(0, 120).Select(i => (i / 60, (long)(i % 60))).ToList(), steps);
    }

    [TestMethod]
    [DataRow(NetworkForm.Stretch)]
    [DataRow(NetworkForm.Window)]
    public void NeitherWorkersNorTheRequestChangeABit(NetworkForm form)
    {
        using var folder = new TemporaryDirectory();
        ExampleModels.Write(folder.Path);
        using var model = OnnxModel.Open(folder.Path);
        var archive = ExampleTwins.Lorenz96().Archive();
        var method = Method(model, new() { Form = form, StretchLength = 8, BatchSize = 8 });
        var alone = method.Analyze(archive, new AnalysisRequest { Workers = 1 }).Values();
        CollectionAssert.AreEqual(alone, method.Analyze(archive, new AnalysisRequest { Workers = 4 }).Values());
        var part = method.Analyze(archive, new AnalysisRequest { Trajectories = [1], Steps = new StepRange(13, 41) }).ToList();
        Assert.AreEqual(13, part[0].FirstStep);
        CollectionAssert.AreEqual(alone[((60 + 13) * 8)..((60 + 41) * 8)], part.Values());
    }

    [TestMethod]
    public void ANowcastReadsNoObservationAfterItsStep()
    {
        using var folder = new TemporaryDirectory();
        ExampleModels.Write(folder.Path);
        using var model = OnnxModel.Open(folder.Path);
        var archive = ExampleTwins.Lorenz96(trajectories: 1).Archive();
        var past = new MemoryArchive(archive.Description, [archive.ReadObservations(0, new StepRange(0, 31))]);
        var nowcast = Method(model, new() { Nowcast = true });
        Assert.IsFalse(nowcast.ReadsStretches);
        var request = new AnalysisRequest { Steps = new StepRange(30, 31) };
        CollectionAssert.AreEqual(nowcast.Analyze(past, request).Values(), nowcast.Analyze(archive, request).Values());
        var smoothed = Method(model, new() { Form = NetworkForm.Window });
        CollectionAssert.AreNotEqual(smoothed.Analyze(past, request).Values(), smoothed.Analyze(archive, request).Values());
        ExampleTwins.AssertClose(smoothed.Analyze(past, request).Values(), nowcast.Analyze(archive, request).Values(), 1e-5);
    }

    [TestMethod]
    public void AModelWithoutStretchFormReadsWindows()
    {
        using var folder = new TemporaryDirectory();
        ExampleModels.Write(folder.Path, hasStretch: false);
        using var model = OnnxModel.Open(folder.Path);
        Assert.IsFalse(Method(model, new()).ReadsStretches);
        Assert.HasCount(960, Method(model, new()).Analyze(ExampleTwins.Lorenz96().Archive()).Values());
        var fault = Assert.ThrowsExactly<ArgumentException>(() => Method(model, new() { Form = NetworkForm.Stretch }));
        StringAssert.Contains(fault.Message, $"it has no graph for {ModelRoles.AnalysisStretch}");
    }

    [TestMethod]
    public void AnArchiveThatDisagreesWithTheCardIsRefused()
    {
        using var folder = new TemporaryDirectory();
        ExampleModels.Write(folder.Path);
        using var model = OnnxModel.Open(folder.Path);
        var twin = ExampleTwins.Lorenz96(size: 12) with { StepLength = 0.02, Operator = new Component("site-selection", new JsonObject { ["every"] = 2 }) };
        var fault = Assert.ThrowsExactly<ModelMismatchException>(() => Method(model, new()).Analyze(twin.Archive()));
        StringAssert.Contains(fault.Message, "expected 8 (card), got 6 (archive)");
        StringAssert.Contains(fault.Message, "expected 0.01 (card), got 0.02 (archive)");
    }

    [TestMethod]
    public void ARecordShorterThanHalfAWindowIsRefused()
    {
        using var folder = new TemporaryDirectory();
        ExampleModels.Write(folder.Path, halfWidth: 10);
        using var model = OnnxModel.Open(folder.Path);
        Assert.ThrowsExactly<ModelMismatchException>(() => Method(model, new()).Analyze(ExampleTwins.Lorenz96(steps: 10).Archive()));
        Assert.HasCount(2 * 11 * 8, Method(model, new()).Analyze(ExampleTwins.Lorenz96(steps: 11).Archive()).Values());
    }

    [TestMethod]
    public void ARequestOutsideTheArchiveIsRefused()
    {
        using var folder = new TemporaryDirectory();
        ExampleModels.Write(folder.Path);
        using var model = OnnxModel.Open(folder.Path);
        var request = new AnalysisRequest { Trajectories = [2], Steps = new StepRange(50, 61) };
        var fault = Assert.ThrowsExactly<ArgumentException>(() => Method(model, new()).Analyze(ExampleTwins.Lorenz96().Archive(), request));
        StringAssert.Contains(fault.Message, "[0, 2), got 2");
        StringAssert.Contains(fault.Message, "[0, 60), got [50, 61)");
    }

    [TestMethod]
    public void ProgressEndsAtOneAndCancellationStops()
    {
        using var folder = new TemporaryDirectory();
        ExampleModels.Write(folder.Path);
        using var model = OnnxModel.Open(folder.Path);
        var method = Method(model, new() { StretchLength = 4 });
        var shares = new List<double>();
        var archive = ExampleTwins.Lorenz96().Archive();
        method.Analyze(archive, new AnalysisRequest { Progress = new Told(shares.Add) }).Values();
        Assert.AreEqual(1, shares[^1]);
        using var stop = new CancellationTokenSource();
        var blocks = method.Analyze(archive, new AnalysisRequest { Progress = new Told(_ => stop.Cancel()), Cancellation = stop.Token });
        Assert.ThrowsExactly<OperationCanceledException>(() => blocks.Values());
    }

    private static NetworkMethod Method(OnnxModel model, NetworkMethod.Options options) =>
        new(new AnalysisContext(ExampleTwins.Lorenz96(steps: 1).Archive(), model), options);

    private sealed class Told(Action<double> tell) : IProgress<double>
    {
        public void Report(double value) => tell(value);
    }
}
