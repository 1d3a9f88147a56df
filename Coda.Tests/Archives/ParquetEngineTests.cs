using Coda.Data.Archives;

namespace Coda.Tests.Archives;

[TestClass]
public sealed class ParquetEngineTests
{
    [TestMethod]
    public void ParquetNetIsThereInThePackagesWayOnly()
    {
        using var directory = new TemporaryDirectory();
        var root = directory.File("archive");
#if CODA_PACKAGES
        using (var archive = ParquetArchive.Create(root, ArchiveExamples.Description(), ParquetEngine.ParquetNet))
        {
            archive.WriteStates(ArchiveTable.Truth, [ArchiveExamples.Block(0, 0, 10, 8)]);
        }

        using var read = ParquetArchive.Open(root, ParquetEngine.ParquetNet);
        Assert.AreEqual(10, read.RowCount(ArchiveTable.Truth));
#else
        foreach (var use in new Func<ParquetArchive>[]
        {
            () => ParquetArchive.Create(root, ArchiveExamples.Description(), ParquetEngine.ParquetNet),
            () => ParquetArchive.Open(root, ParquetEngine.ParquetNet),
        })
        {
            StringAssert.Contains(Assert.ThrowsExactly<NotSupportedException>(use).Message, "without Parquet.Net");
        }
#endif
    }

    [TestMethod]
    public void NoOtherEngineIsTaken() =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ParquetArchive.Open("anywhere", (ParquetEngine)7));
}
