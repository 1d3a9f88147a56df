using Coda.Data.Archives;
using Coda.Data.Archives.Stored;

namespace Coda.Tests.Archives;

/// <summary>Analyses as plain records, for programs that know neither blocks nor ML.NET.</summary>
[TestClass]
public sealed class AnalysisRecordTests
{
    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void EveryRecordHasItsOwnValues(bool hasSpread)
    {
        using var directory = new TemporaryDirectory();
        StateBlock[] blocks = [ArchiveExamples.Block(0, 3, 40, 5, hasSpread), ArchiveExamples.Block(1, 0, 7, 5, hasSpread)];
        using var archive = Write(directory, blocks);
        var records = archive.ReadAnalyses().ToList();
        Assert.HasCount(47, records);
        CollectionAssert.AreEqual(
            blocks.SelectMany(b => Enumerable.Range(0, b.Count).Select(i => (b.Trajectory, b.FirstStep + i))).ToArray(),
            records.Select(r => (r.Trajectory, r.Step)).ToArray());
        CollectionAssert.AreEqual(blocks.SelectMany(b => b.States.ToArray()).ToArray(), records.SelectMany(r => r.State).ToArray());
        Assert.IsTrue(records.All(r => r.Spread is not null == hasSpread));
        CollectionAssert.AreEqual(
            blocks.SelectMany(b => b.Spread is { } spread ? spread.ToArray() : []).ToArray(), records.SelectMany(r => r.Spread ?? []).ToArray());
        records[0].State[0] = float.NaN;
        Assert.IsFalse(records.Skip(1).Any(r => r.State.Any(float.IsNaN)), "expected arrays that no other record shares");
    }

    // LoadFromEnumerable enumerates anew for every pass of a trainer.
    [TestMethod]
    public void EnumeratingTwiceReadsTwice()
    {
        using var directory = new TemporaryDirectory();
        using var archive = Write(directory, [ArchiveExamples.Block(0, 0, 20, 5)]);
        var records = archive.ReadAnalyses();
        CollectionAssert.AreEqual(records.SelectMany(r => r.State).ToArray(), records.SelectMany(r => r.State).ToArray());
        Assert.AreEqual(20, records.Count());
    }

    [TestMethod]
    public void WithoutAnalysesTheCureIsNamed()
    {
        using var directory = new TemporaryDirectory();
        using var archive = Write(directory, [ArchiveExamples.Block(0, 0, 1, 8)], ArchiveTable.Truth);
        var fault = Assert.ThrowsExactly<ArchiveFormatException>(() => archive.ReadAnalyses().First());
        StringAssert.Contains(fault.Message, "coda analyze");
    }

    private static ParquetArchive Write(TemporaryDirectory directory, StateBlock[] blocks, ArchiveTable table = ArchiveTable.Analyses)
    {
        var archive = ParquetArchive.Create(directory.File("archive"), ArchiveExamples.Description(trajectories: 2));
        archive.WriteStates(table, blocks);
        return archive;
    }
}
