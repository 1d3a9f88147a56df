using Coda.Data.Archives;
using Coda.Data.Archives.DuckDb;
using Coda.Data.Time;

namespace Coda.Tests.Archives;

/// <summary>What is not asked for of a table of states stays in the files.</summary>
[TestClass]
public sealed class SelectedStatesTests
{
    [TestMethod]
    [DataRow(StateContent.None, "trajectory step")]
    [DataRow(StateContent.State, "trajectory step state")]
    [DataRow(StateContent.Spread, "trajectory step spread")]
    [DataRow(StateContent.All, "trajectory step state spread")]
    public void OnlyTheColumnsAskedForAreRead(StateContent content, string columns)
    {
        using var directory = new TemporaryDirectory();
        var block = ArchiveExamples.Block(0, 50, 30, 5, hasSpread: true);
        using (var archive = ParquetArchive.Create(directory.Path, ArchiveExamples.Description()))
        {
            archive.WriteStates(ArchiveTable.Analyses, [block]);
        }

        var engine = new RecordingEngine(DuckDbEngine.Shared);
        using var read = ParquetArchive.Open(directory.Path, engine);
        var rows = read.ReadSelected(ArchiveTable.Analyses, content, 0, new StepRange(60, 70)).Single();
        Assert.AreEqual(columns, engine.Columns.Single());
        Assert.AreEqual((0, 60L, 10, content == StateContent.None ? 0 : 5), (rows.Trajectory, rows.FirstStep, rows.Count, rows.StateSize));
        CollectionAssert.AreEqual(content.HasFlag(StateContent.State) ? block.States[50..100].ToArray() : null, rows.States?.ToArray());
        CollectionAssert.AreEqual(content.HasFlag(StateContent.Spread) ? block.Spread!.Value[50..100].ToArray() : null, rows.Spread?.ToArray());
    }
}
