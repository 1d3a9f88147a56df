using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Cards;
using Coda.Data.Windows;
using Coda.Pipelines;
using Coda.Tests.Archives;
using Coda.Tests.Inference;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Coda.Tests.Pipelines;

/// <summary>Windows of observations as an ML.NET view.</summary>
[TestClass]
public sealed class WindowViewTests
{
    private readonly PipelineExample _example = new();

    [TestCleanup]
    public void Clean() => _example.Dispose();

    [TestMethod]
    public void TheSchemaIsThatOfTheModelsWindow()
    {
        using var archive = _example.Observations();
        var view = _example.Context.Data.LoadObservationWindows(archive, _example.Model);
        Assert.AreEqual(
            "Trajectory Int32, Step Int64, Time Double, Values Vector<Single, 7, 8>, Mask Vector<Single, 7, 8>, Observations Vector<Single, 2, 7, 8>",
            string.Join(", ", view.Schema.Select(c => $"{c.Name} {c.Type}")));
        Assert.AreEqual((180L, true), (view.GetRowCount(), view.CanShuffle));
    }

    [TestMethod]
    public void SlotsSayChannelSiteAndStep()
    {
        using var archive = _example.Observations();
        var view = _example.Context.Data.LoadObservationWindows(archive, _example.Model);
        VBuffer<ReadOnlyMemory<char>> names = default;
        view.Schema["Observations"].GetSlotNames(ref names);
        var texts = names.DenseValues().Select(name => name.ToString()).ToArray();
        Assert.AreEqual(("value x[0] -3", "value x[1] 0", "mask x[7] +3", 112), (texts[0], texts[(3 * 8) + 1], texts[^1], texts.Length));
    }

    [TestMethod]
    public void WindowsAreThoseOfTheWindowSource()
    {
        using var archive = _example.Observations();
        var view = _example.Context.Data.LoadObservationWindows(archive, _example.Model);
        var source = new WindowSource(archive, 3);
        var centres = Enumerable.Range(0, 3).SelectMany(t => Enumerable.Range(0, 60).Select(k => (t, k))).ToArray();
        var values = centres.Select(c => source.Values(c.t, c.k).ToArray()).ToArray();
        var masks = centres.Select(c => source.Mask(c.t, c.k).ToArray()).ToArray();
        CollectionAssert.AreEqual(values.SelectMany(v => v).ToArray(), PipelineExample.Vectors(view, "Values"));
        CollectionAssert.AreEqual(masks.SelectMany(v => v).ToArray(), PipelineExample.Vectors(view, "Mask"));
        CollectionAssert.AreEqual(values.Zip(masks).SelectMany(p => p.First.Concat(p.Second)).ToArray(), PipelineExample.Vectors(view, "Observations"));
        CollectionAssert.AreEqual(centres.Select(c => (long)c.k).ToArray(), view.GetColumn<long>("Step").ToArray());
        CollectionAssert.AreEqual(centres.Select(c => c.t).ToArray(), view.GetColumn<int>("Trajectory").ToArray());
    }

    [TestMethod]
    public void ParquetNetGivesTheSameWindows()
    {
        using var written = _example.Observations();
        var expected = PipelineExample.Rows(_example.Context.Data.LoadObservationWindows(written, _example.Model));
        using var archive = ParquetArchive.Open(written.Path, ParquetEngine.ParquetNet);
        CollectionAssert.AreEqual(expected, PipelineExample.Rows(_example.Context.Data.LoadObservationWindows(archive, _example.Model)));
    }

    [TestMethod]
    public void WithoutAVectorNoObservationIsRead()
    {
        using var written = _example.Observations();
        var engine = new RecordingEngine(Coda.Data.Archives.DuckDb.DuckDbEngine.Shared);
        using var archive = ParquetArchive.Open(written.Path, engine);
        engine.Columns.Clear();
        var view = _example.Context.Data.LoadObservationWindows(archive, _example.Model);
        Assert.AreEqual(180, view.GetColumn<double>("Time").Count());
        Assert.AreEqual(180, view.GetRowCursorSet([view.Schema["Step"]], 2).Sum(c => PipelineExample.Rows(c).Count));
        Assert.IsEmpty(engine.Columns);
        Assert.AreEqual(180, view.GetColumn<VBuffer<float>>("Mask").Count());
        Assert.IsNotEmpty(engine.Columns);
    }

    [TestMethod]
    public void SeveralCursorsAndShufflingGiveTheSameRows()
    {
        var description = ArchiveExamples.Description(steps: 9000, trajectories: 2) with { StepLength = ExampleModels.StepLength };
        using var archive = ParquetArchive.Create(_example.File("long"), description);
        archive.WriteObservations(ArchiveExamples.Stretches(description, 1000));
        var view = _example.Context.Data.LoadObservationWindows(archive, _example.Model);
        var columns = new[] { view.Schema["Step"], view.Schema["Observations"] };
        var rows = PipelineExample.Rows(view.GetRowCursor(columns)).Select(row => (row.Id, row.Text)).ToArray();
        var together = view.GetRowCursorSet(columns, 3).Select(c => Task.Run(() => PipelineExample.Rows(c))).SelectMany(t => t.Result).ToArray();
        CollectionAssert.AreEqual(rows, together.OrderBy(row => row.Batch).Select(row => (row.Id, row.Text)).ToArray());
        var shuffled = PipelineExample.Rows(view.GetRowCursor(columns, new Random(2))).Select(row => (row.Id, row.Text)).ToArray();
        CollectionAssert.AreEquivalent(rows, shuffled);
        CollectionAssert.AreNotEqual(rows, shuffled);
    }

    // 40,000 windows of 112 entries are 36 MB with values, mask and both; the observations are 5 MB, of which a block is alive.
    [TestMethod]
    public void ReadsInConstantMemory()
    {
        var description = ArchiveExamples.Description(steps: 40_000) with { StepLength = ExampleModels.StepLength };
        using var archive = ParquetArchive.Create(_example.File("long"), description);
        archive.WriteObservations(ArchiveExamples.Stretches(description, 1000));
        var view = _example.Context.Data.LoadObservationWindows(archive, _example.Model);
        LiveMemory.Bound(view.GetRowCursor(view.Schema), 2 << 20, every: 5000, rows: 40_000);
        LiveMemory.Bound(view.GetRowCursor(view.Schema, new Random(1)), 2 << 20, every: 5000, rows: 40_000);
    }

    [TestMethod]
    public void AModelThatCannotReadTheArchiveSaysBothValues()
    {
        var description = ArchiveExamples.Description(sites: 5, steps: 50) with { StepLength = ExampleModels.StepLength };
        using var archive = ParquetArchive.Create(_example.File("other"), description);
        archive.WriteObservations(ArchiveExamples.Stretches(description));
        var fault = Assert.ThrowsExactly<ModelMismatchException>(() => _example.Context.Data.LoadObservationWindows(archive, _example.Model));
        StringAssert.Contains(fault.Message, "site count: expected 8 (card), got 5 (archive)");
        var brief = ExampleTwins.Lorenz96(steps: 3, trajectories: 1).Archive();
        Assert.ThrowsExactly<ModelMismatchException>(() => _example.Context.Data.LoadObservationWindows(brief, _example.Model));
    }
}
