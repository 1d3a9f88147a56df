using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Pipelines;
using Coda.Tests.Archives;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Coda.Tests.Pipelines;

/// <summary>An archive's analyses as an ML.NET view.</summary>
[TestClass]
public sealed class AnalysisViewTests
{
    private readonly PipelineExample _example = new();

    [TestCleanup]
    public void Clean() => _example.Dispose();

    [TestMethod]
    [DataRow(true, "Trajectory Int32, Step Int64, Time Double, State Vector<Single, 8>, Spread Vector<Single, 8>")]
    [DataRow(false, "Trajectory Int32, Step Int64, Time Double, State Vector<Single, 8>")]
    public void TheSchemaIsThatOfTheTable(bool hasSpread, string expected)
    {
        using var archive = _example.Analyses(300, hasSpread: hasSpread);
        var view = _example.Context.Data.LoadAnalyses(archive);
        Assert.AreEqual(expected, string.Join(", ", view.Schema.Select(c => $"{c.Name} {c.Type}")));
        Assert.AreEqual((495L, true), (view.GetRowCount(), view.CanShuffle));
    }

    [TestMethod]
    public void RowsHaveTheTablesBits()
    {
        using var archive = _example.Analyses();
        var view = _example.Context.Data.LoadAnalyses(archive);
        var blocks = PipelineExample.Blocks(9000, 8);
        CollectionAssert.AreEqual(blocks.SelectMany(b => b.States.ToArray()).ToArray(), PipelineExample.Vectors(view, "State"));
        CollectionAssert.AreEqual(blocks.SelectMany(b => b.Spread!.Value.ToArray()).ToArray(), PipelineExample.Vectors(view, "Spread"));
        var steps = blocks.SelectMany(b => Enumerable.Range(0, b.Count).Select(i => b.FirstStep + i)).ToArray();
        CollectionAssert.AreEqual(steps, view.GetColumn<long>("Step").ToArray());
        CollectionAssert.AreEqual(steps.Select(s => s * 0.05).ToArray(), view.GetColumn<double>("Time").ToArray());
        CollectionAssert.AreEqual(blocks.SelectMany(b => Enumerable.Repeat(b.Trajectory, b.Count)).ToArray(), view.GetColumn<int>("Trajectory").ToArray());
    }

    [TestMethod]
    public void ParquetNetGivesTheSameRows()
    {
        using var written = _example.Analyses();
        var expected = PipelineExample.Rows(_example.Context.Data.LoadAnalyses(written)).Select(row => (row.Id, row.Text)).ToArray();
        using var archive = ParquetArchive.Open(written.Path, ParquetEngine.ParquetNet);
        var view = _example.Context.Data.LoadAnalyses(archive);
        CollectionAssert.AreEqual(expected, PipelineExample.Rows(view).Select(row => (row.Id, row.Text)).ToArray());
        CollectionAssert.AreEquivalent(
            expected, PipelineExample.Rows(view.GetRowCursor(view.Schema, new Random(5))).Select(row => (row.Id, row.Text)).ToArray());
        var together = view.GetRowCursorSet(view.Schema, 3).Select(c => Task.Run(() => PipelineExample.Rows(c))).SelectMany(t => t.Result)
            .OrderBy(row => row.Batch);
        CollectionAssert.AreEqual(expected, together.Select(row => (row.Id, row.Text)).ToArray());
    }

    [TestMethod]
    [DataRow("Step", "trajectory step")]
    [DataRow("Time", "trajectory step")]
    [DataRow("State", "trajectory step state")]
    [DataRow("Spread", "trajectory step spread")]
    public void OnlyTheColumnsAskedForAreRead(string column, string expected)
    {
        using var written = _example.Analyses();
        var engine = new RecordingEngine(Coda.Data.Archives.DuckDb.DuckDbEngine.Shared);
        using var archive = ParquetArchive.Open(written.Path, engine);
        var view = _example.Context.Data.LoadAnalyses(archive);
        engine.Columns.Clear();
        Assert.HasCount((int)view.GetRowCount()!, PipelineExample.Rows(view.GetRowCursor([view.Schema[column]])));
        Assert.AreEqual(expected, engine.Columns.Single(), "expected one scan of these columns");
        engine.Columns.Clear();
        foreach (var cursor in view.GetRowCursorSet([view.Schema[column]], 2))
        {
            PipelineExample.Rows(cursor);
        }

        Assert.AreEqual(expected, engine.Columns.Distinct().Single());
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    [DataRow(64)]
    public void SeveralCursorsAtOnceGiveWhatOneGives(int count)
    {
        using var archive = _example.Analyses();
        var view = _example.Context.Data.LoadAnalyses(archive);
        var cursors = view.GetRowCursorSet(view.Schema, count);
        Assert.IsGreaterThanOrEqualTo(Math.Min(count, 6), cursors.Length);
        var rows = cursors.Select(c => Task.Run(() => PipelineExample.Rows(c))).Select(t => t.Result).ToArray();
        foreach (var batches in rows.Select(r => r.Select(row => row.Batch).ToArray()))
        {
            CollectionAssert.AreEqual(batches.Order().ToArray(), batches, "expected batch numbers that rise within a cursor");
        }

        Assert.AreEqual(rows.Sum(r => r.Select(row => row.Batch).Distinct().Count()), rows.SelectMany(r => r.Select(row => row.Batch)).Distinct()
            .Count(), "expected a batch in one cursor");
        var restored = rows.SelectMany(r => r).OrderBy(row => row.Batch).Select(row => (row.Id, row.Text)).ToArray();
        CollectionAssert.AreEqual(PipelineExample.Rows(view).Select(row => (row.Id, row.Text)).ToArray(), restored);
    }

    [TestMethod]
    public void ShufflingIsAPermutation()
    {
        using var archive = _example.Analyses();
        var view = _example.Context.Data.LoadAnalyses(archive);
        var rows = PipelineExample.Rows(view).Select(row => (row.Id, row.Text)).ToArray();
        (DataViewRowId Id, string Text)[] Shuffled(int seed) =>
            [.. PipelineExample.Rows(view.GetRowCursor(view.Schema, new Random(seed))).Select(row => (row.Id, row.Text))];
        var shuffled = Shuffled(5);
        CollectionAssert.AreEquivalent(rows, shuffled);
        Assert.HasCount(rows.Length, shuffled.Select(row => row.Id).Distinct().ToArray());
        CollectionAssert.AreEqual(shuffled, Shuffled(5));
        CollectionAssert.AreNotEqual(shuffled, Shuffled(6));
        var displaced = rows.Zip(shuffled).Count(pair => !pair.First.Id.Equals(pair.Second.Id));
        Assert.IsGreaterThan(0.99 * rows.Length, displaced, "expected hardly a row in its place");
        var set = view.GetRowCursorSet(view.Schema, 2, new Random(5)).SelectMany(PipelineExample.Rows).Select(row => (row.Id, row.Text)).ToArray();
        CollectionAssert.AreEquivalent(rows, set);
        CollectionAssert.AreNotEqual(rows, set);
    }

    [TestMethod]
    public void MlNetsOwnShufflingAndCachingWork()
    {
        using var archive = _example.Analyses(600);
        var view = _example.Context.Data.LoadAnalyses(archive);
        var shuffled = _example.Context.Data.ShuffleRows(view, seed: 3, shufflePoolSize: 50);
        CollectionAssert.AreEquivalent(view.GetColumn<long>("Step").ToArray(), shuffled.GetColumn<long>("Step").ToArray());
        CollectionAssert.AreEqual(PipelineExample.Vectors(view, "State"), PipelineExample.Vectors(_example.Context.Data.Cache(view), "State"));
        CollectionAssert.AreEqual(
            view.GetColumn<double>("Time").Where(t => t is >= 1 and < 2).ToArray(),
            _example.Context.Data.FilterRowsByColumn(view, "Time", 1, 2).GetColumn<double>("Time").ToArray());
    }

    // 77 MB of states and spread in the files; what is live at any row is one block.
    [TestMethod]
    public void ReadsInConstantMemory()
    {
        var description = ArchiveExamples.Description(sites: 64, steps: 75_000);
        using var archive = ParquetArchive.Create(_example.File("long"), description);
        archive.WriteStates(ArchiveTable.Analyses, Enumerable.Range(0, 75).Select(i => ArchiveExamples.Block(0, 1000 * i, 1000, 64, hasSpread: true)));
        var view = _example.Context.Data.LoadAnalyses(archive);
        LiveMemory.Bound(view.GetRowCursor(view.Schema), 8 << 20, every: 10_000, rows: 75_000);
        LiveMemory.Bound(view.GetRowCursor(view.Schema, new Random(1)), 16 << 20, every: 10_000, rows: 75_000);
    }

    [TestMethod]
    public void AnArchiveWithoutAnalysesNamesTheCure()
    {
        using var archive = _example.Observations();
        var fault = Assert.ThrowsExactly<ArchiveFormatException>(() => _example.Context.Data.LoadAnalyses(archive));
        StringAssert.Contains(fault.Message, "coda analyze");
    }

    [TestMethod]
    public void WrongUseOfACursorIsNamed()
    {
        using var archive = _example.Analyses(300);
        var view = _example.Context.Data.LoadAnalyses(archive);
        using var cursor = view.GetRowCursor([view.Schema["State"]]);
        var wrong = Assert.ThrowsExactly<InvalidOperationException>(() => cursor.GetGetter<VBuffer<double>>(view.Schema["State"]));
        StringAssert.Contains(wrong.Message, "'State'");
        StringAssert.Contains(wrong.Message, "Double");
        var inactive = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => cursor.GetGetter<long>(view.Schema["Step"]));
        StringAssert.Contains(inactive.Message, "'Step'");
        VBuffer<float> state = default;
        Assert.ThrowsExactly<InvalidOperationException>(() => cursor.GetGetter<VBuffer<float>>(view.Schema["State"])(ref state));
        var other = _example.Context.Data.LoadFromEnumerable([new { Step = 1 }]);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => view.GetRowCursor([other.Schema["Step"]]));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void PlainRecordsLoadWithoutCodasView(bool hasSpread)
    {
        using var archive = _example.Analyses(400, hasSpread: hasSpread);
        var definition = SchemaDefinition.Create(typeof(AnalysisRecord), SchemaDefinition.Direction.Read);
        definition[nameof(AnalysisRecord.State)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 8);
        var view = _example.Context.Data.LoadFromEnumerable(archive.ReadAnalyses(), definition);
        CollectionAssert.AreEqual(PipelineExample.Blocks(400, 8).SelectMany(b => b.States.ToArray()).ToArray(), PipelineExample.Vectors(view, "State"));
        CollectionAssert.AreEqual(archive.ReadAnalyses().Select(r => r.Step).ToArray(), view.GetColumn<long>("Step").ToArray());
        Assert.HasCount(hasSpread ? 8 * 695 : 0, PipelineExample.Vectors(view, "Spread"));
    }

    [TestMethod]
    public void SlotsAreCalledLikeTheEntriesOfTheState()
    {
        using var archive = _example.Analyses(300);
        var view = _example.Context.Data.LoadAnalyses(archive);
        foreach (var column in new[] { "State", "Spread" })
        {
            VBuffer<ReadOnlyMemory<char>> names = default;
            view.Schema[column].GetSlotNames(ref names);
            CollectionAssert.AreEqual(Enumerable.Range(0, 8).Select(i => $"x[{i}]").ToArray(), names.DenseValues().Select(n => n.ToString()).ToArray());
        }
    }
}
