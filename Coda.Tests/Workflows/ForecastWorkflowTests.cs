using Coda.Data.Archives;
using Coda.Data.Archives.Runs;
using Coda.Data.Archives.Stored;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;
using Coda.Inference.Forecasting;
using Coda.Inference.Sessions;
using Coda.Tests.Archives;
using Coda.Tests.Inference;
using Coda.Workflows.Forecasting;
using Coda.Workflows.Progress;
using Coda.Workflows.Simulating;

namespace Coda.Tests.Workflows;

[TestClass]
public sealed class ForecastWorkflowTests
{
    private static readonly ForecastRequest Request = new() { Leads = [0, 5, 20], StartEvery = 4 };
    private readonly TemporaryDirectory _folder = new();

    [TestInitialize]
    public void MakeAnalyses()
    {
        SimulateWorkflow.Run(new(ExampleTwins.Lorenz96(), _folder.File("twin")), new SilentProgress());
        using var archive = ParquetArchive.Open(_folder.File("twin"));
        var note = new TableNote { LookAhead = 0, Warnings = [new ResultWarning("doubtful", "a test says so") { IsFailure = true }] };
        archive.WriteStates(ArchiveTable.Analyses, archive.ReadStates(ArchiveTable.Truth), note);
    }

    [TestCleanup]
    public void Remove() => _folder.Dispose();

    [TestMethod]
    [DataRow("simulator")]
    [DataRow("persistence")]
    [DataRow("hybrid")]
    public void PartsHaveTheBitsOfForecastsInOneGo(string method)
    {
        ExampleModels.Write(Directory.CreateDirectory(_folder.File("model")).FullName);
        using var archive = ParquetArchive.Open(_folder.File("twin"));
        using var model = OnnxModel.Open(_folder.File("model"));
        var progress = new RecordingProgress();
        var job = new ForecastJob(new Component(method), archive, Request) { Output = _folder.File("forecasts"), PartSize = 12, Provenance = "a test" };
        var result = ForecastWorkflow.Run(method == "hybrid" ? job with { Model = model } : job, progress);
        Assert.AreEqual((2L * 15 * 3, 8, 0, true), (result.States, result.PartsMade, result.PartsBefore, result.IsSealed));
        CollectionAssert.AreEqual(new[] { 0, 0.05, 0.2 }, result.Leads.Select(lead => Math.Round(lead, 9)).ToArray());
        Assert.AreEqual(1, progress.States.Max(s => s.Share), 1e-9);
        using var hybrid = new HybridModel(model);
        ForecastModel advanced = method switch
        {
            "hybrid" => hybrid,
            "simulator" => new SimulatorModel(ExampleModels.Simulator(8)),
            _ => new PersistenceModel(StateLayout.On(new Ring(8)), 0.01),
        };
        using var written = ParquetArchive.Open(result.Archive);
        written.Verify();
        CollectionAssert.AreEqual(
            Forecasts.Run(advanced, archive.ReadStates(ArchiveTable.Truth), Request).Values(), written.ReadStates(ArchiveTable.Forecasts).Values());
    }

    [TestMethod]
    public void WhatIsSaidAgainstTheAnalysesIsSaidAgainstTheForecasts()
    {
        using var archive = ParquetArchive.Open(_folder.File("twin"));
        var progress = new SilentProgress();
        var result = ForecastWorkflow.Run(new(new Component("persistence"), archive, Request), progress);
        Assert.AreEqual(("doubtful", false), progress.Warnings.All.Select(w => (w.Kind, w.IsFailure)).Single());
        Assert.AreEqual(StartKind.Past, result.Starts);
        using var written = ParquetArchive.Open(archive.Path);
        Assert.AreEqual("doubtful", written.Description.NoteOf(ArchiveTable.Forecasts).Warnings!.Single().Kind);
        Assert.AreEqual(120L, written.RowCount(ArchiveTable.Analyses), "They stay beside them.");
    }

    [TestMethod]
    public void ShardsMakeOneTable()
    {
        using var archive = ParquetArchive.Open(_folder.File("twin"));
        var job = new ForecastJob(new Component("simulator"), archive, Request) { PartSize = 12 };
        ForecastWorkflow.Run(job with { Output = _folder.File("whole") }, new SilentProgress());
        var first = ForecastWorkflow.Run(job with { Output = _folder.File("shards"), Shard = new Shard(1, 2) }, new SilentProgress());
        Assert.AreEqual((4, false), (first.PartsMade, first.IsSealed));
        var second = ForecastWorkflow.Run(job with { Output = _folder.File("shards"), Shard = new Shard(0, 2) }, new SilentProgress());
        Assert.AreEqual((4, true), (second.PartsMade, second.IsSealed));
        var again = ForecastWorkflow.Run(job with { Output = _folder.File("shards") }, new SilentProgress());
        Assert.AreEqual((0, 0L, true), (again.PartsMade, again.States, again.IsSealed));
        Assert.AreEqual(8, ForecastWorkflow.Run(job with { Output = _folder.File("shards"), IsRestarted = true }, new SilentProgress()).PartsMade);
        using var whole = ParquetArchive.Open(_folder.File("whole"));
        using var shards = ParquetArchive.Open(_folder.File("shards"));
        CollectionAssert.AreEqual(whole.Description.Checksums.Values, shards.Description.Checksums.Values);
    }

    [TestMethod]
    public void WhatWasCancelledGoesOn()
    {
        using var archive = ParquetArchive.Open(_folder.File("twin"));
        using var source = new CancellationTokenSource();
        var job = new ForecastJob(new Component("simulator"), archive, Request) { PartSize = 12, Output = _folder.File("out") };
        Assert.ThrowsExactly<OperationCanceledException>(() => ForecastWorkflow.Run(job, new StopAfter(0.5, source), source.Token));
        Assert.IsFalse(File.Exists(_folder.File("out", "archive.json")));
        var result = ForecastWorkflow.Run(job, new SilentProgress());
        Assert.IsGreaterThan(0, result.PartsBefore);
        Assert.AreEqual(8, result.PartsBefore + result.PartsMade);
    }

    [TestMethod]
    public void AnalysesThatWereReplacedMeanwhileAreNoticed()
    {
        using var archive = ParquetArchive.Open(_folder.File("twin"));
        using (var other = ParquetArchive.Open(_folder.File("twin")))
        {
            other.WriteStates(ArchiveTable.Analyses, other.ReadStates(ArchiveTable.Truth, steps: new(0, 40)));
        }

        var job = new ForecastJob(new Component("persistence"), archive, Request) { Output = _folder.File("out") };
        var fault = Assert.Throws<Exception>(() => ForecastWorkflow.Run(job, new SilentProgress()));
        Assert.IsTrue(fault is ArchiveFormatException or IOException, fault.ToString());
    }

    [TestMethod]
    public void FaultsNameTheirCure()
    {
        using var archive = ParquetArchive.Open(_folder.File("twin"));
        Expect<ArgumentException>("Did you mean 'simulator'?", new(new Component("simulater"), archive, Request));
        Expect<ArgumentException>("--model DIR", new(new Component("hybrid"), archive, Request));
        Expect<ArgumentException>("PartSize", new(new Component("persistence"), archive, Request) { PartSize = 0 });
        Expect<ArgumentException>("Leads", new(new Component("persistence"), archive, Request with { Leads = [] }));
        Expect<ArgumentException>("with a spread to draw them from", new(new Component("persistence"), archive, Request with { Members = 2 }));
        Assert.IsFalse(Directory.Exists(_folder.File("twin", "forecasts", "run")), "A run that made nothing leaves nothing.");
        archive.WriteStates(ArchiveTable.Analyses, archive.ReadStates(ArchiveTable.Truth), new TableNote { LookAhead = 3 });
        Expect<ArgumentException>("look ahead up to 3 steps", new(new Component("persistence"), archive, Request));
        var taken = new ForecastJob(new Component("persistence"), archive, Request) { TakesSmoothed = true };
        Assert.AreEqual(StartKind.Smoothed, ForecastWorkflow.Run(taken, new SilentProgress()).Starts);
    }

    private static void Expect<T>(string said, ForecastJob job)
        where T : Exception => Assert.Contains(said, Assert.Throws<T>(() => ForecastWorkflow.Run(job, new SilentProgress())).Message);

    // Stops a workflow once a share of it is done.
    private sealed class StopAfter(double share, CancellationTokenSource source) : IWorkflowProgress
    {
        public ResultWarnings Warnings { get; } = new();

        public void Say(string text)
        {
        }

        public T Run<T>(string title, Func<IProgress<PhaseState>, T> work) => work(new Relay<PhaseState>(state =>
        {
            if (state.Share >= share)
            {
                source.Cancel();
            }
        }));
    }
}
