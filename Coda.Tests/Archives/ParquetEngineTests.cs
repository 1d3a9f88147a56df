using Coda.Data.Archives;
using Coda.Data.Archives.Stored;

namespace Coda.Tests.Archives;

[TestClass]
public sealed class ParquetEngineTests
{
    [TestMethod]
    public void ParquetNetReadsWhatItWrote()
    {
        using var directory = new TemporaryDirectory();
        var root = directory.File("archive");
        using (var archive = ParquetArchive.Create(root, ArchiveExamples.Description(), ParquetEngine.ParquetNet))
        {
            archive.WriteStates(ArchiveTable.Truth, [ArchiveExamples.Block(0, 0, 10, 8)]);
        }

        using var read = ParquetArchive.Open(root, ParquetEngine.ParquetNet);
        Assert.AreEqual(10, read.RowCount(ArchiveTable.Truth));
    }

    [TestMethod]
    public void NoOtherEngineIsTaken() =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ParquetArchive.Open("anywhere", (ParquetEngine)7));
}
